//! One document that a search found: a Python object with its fields in it as they are.
//!
//! Ten of them belong to most searches. A class of PyO3's own would take the arguments of each apart
//! and call a function at each look at a field, which took a fifth of a search for one word.

use std::ffi::{CStr, c_int, c_uint, c_void};
use std::mem::{offset_of, replace, transmute};
use std::ptr::null_mut;

use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;
use searchlib_core::search::top::Scored;

/// How an object lies in memory. What Python makes of a class that derives from it comes after.
#[repr(C)]
struct Object {
    head: ffi::PyObject,
    /// Owned, as are the next three; null where Python made the object.
    searched: *mut ffi::PyObject,
    key: *mut ffi::PyObject,
    /// What was read of the document, field by field or whole: None until it was, since a look at an
    /// attribute that is not there raises an error, which costs more than one more look.
    seen: *mut ffi::PyObject,
    document: *mut ffi::PyObject,
    score: f64,
    doc: c_uint,
}

/// The class: others derive from it, and have what else can be asked of a hit.
pub fn class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.get_or_try_init(py, || Ok(made(py)?.unbind())).map(|class| class.bind(py))
}

fn made(py: Python<'_>) -> PyResult<Bound<'_, PyType>> {
    let writable = |name: &'static CStr, type_code, offset: usize| ffi::PyMemberDef {
        name: name.as_ptr(),
        type_code,
        offset: offset as ffi::Py_ssize_t,
        ..ffi::PyMemberDef::default()
    };
    let member = |name, type_code, offset| ffi::PyMemberDef {
        flags: ffi::Py_READONLY,
        ..writable(name, type_code, offset)
    };
    let mut members = [
        member(c"_searched", ffi::Py_T_OBJECT_EX, offset_of!(Object, searched)),
        member(c"key", ffi::Py_T_OBJECT_EX, offset_of!(Object, key)),
        member(c"score", ffi::Py_T_DOUBLE, offset_of!(Object, score)),
        member(c"_doc", ffi::Py_T_UINT, offset_of!(Object, doc)),
        writable(c"_seen", ffi::Py_T_OBJECT_EX, offset_of!(Object, seen)),
        writable(c"_document", ffi::Py_T_OBJECT_EX, offset_of!(Object, document)),
        ffi::PyMemberDef::default(),
    ];
    let slot = |slot, pfunc: *mut c_void| ffi::PyType_Slot { slot, pfunc };
    let mut slots = [
        slot(ffi::Py_tp_members, members.as_mut_ptr().cast()),
        slot(ffi::Py_tp_traverse, traverse as ffi::traverseproc as *mut c_void),
        slot(ffi::Py_tp_clear, clear as ffi::inquiry as *mut c_void),
        slot(ffi::Py_tp_dealloc, dealloc as ffi::destructor as *mut c_void),
        ffi::PyType_Slot::default(),
    ];
    let flags = ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_BASETYPE | ffi::Py_TPFLAGS_HAVE_GC;
    let mut spec = ffi::PyType_Spec {
        name: c"searchlib._native.Found".as_ptr(),
        basicsize: size_of::<Object>() as c_int,
        itemsize: 0,
        flags: flags as c_uint,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: members and slots end with an empty one, Python copies them, and the names are static;
    // the functions do what Python asks of them.
    let class = unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyType_FromSpec(&raw mut spec))? };
    Ok(class.cast_into()?)
}

/// Makes objects of one class that derives from [`class`], without a call of it.
pub struct Maker<'a, 'py>(&'a Bound<'py, PyType>);

impl<'a, 'py> Maker<'a, 'py> {
    pub fn new(kind: &'a Bound<'py, PyType>) -> PyResult<Self> {
        let class = class(kind.py())?;
        if kind.is_subclass(class)? {
            return Ok(Maker(kind));
        }
        Err(PyTypeError::new_err(format!("{kind} does not derive from {class}")))
    }

    pub fn make(
        &self,
        searched: &Bound<'py, PyAny>,
        Scored { doc, score }: Scored,
        key: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: the class derives from ours, so that what its allocator gives begins as `Object`
        // does, with all of it zero but the head.
        unsafe {
            let made = ffi::PyType_GenericAlloc(self.0.as_type_ptr(), 0);
            let made = Bound::from_owned_ptr_or_err(self.0.py(), made)?;
            let object = made.as_ptr().cast::<Object>();
            (*object).searched = searched.clone().into_ptr();
            (*object).key = key.into_ptr();
            (*object).seen = self.0.py().None().into_ptr();
            (*object).document = self.0.py().None().into_ptr();
            (*object).score = score;
            (*object).doc = doc;
            Ok(made)
        }
    }
}

/// Visits what may hold the object in turn: a ranking function may be among what was searched, and
/// hold hits.
unsafe extern "C" fn traverse(
    this: *mut ffi::PyObject,
    visit: ffi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: Python calls this with objects of the class.
    unsafe {
        let object = this.cast::<Object>();
        let (searched, seen, document) = ((*object).searched, (*object).seen, (*object).document);
        for held in [ffi::Py_TYPE(this).cast(), searched, seen, document] {
            if !held.is_null() {
                let answer = visit(held, arg);
                if answer != 0 {
                    return answer;
                }
            }
        }
    }
    0
}

unsafe extern "C" fn clear(this: *mut ffi::PyObject) -> c_int {
    // SAFETY: as above; each field is empty before what it held is let go.
    unsafe {
        let object = this.cast::<Object>();
        ffi::Py_XDECREF(replace(&mut (*object).searched, null_mut()));
        ffi::Py_XDECREF(replace(&mut (*object).seen, null_mut()));
        ffi::Py_XDECREF(replace(&mut (*object).document, null_mut()));
    }
    0
}

unsafe extern "C" fn dealloc(this: *mut ffi::PyObject) {
    // SAFETY: as above, for the last time. The type gives the function that frees what its allocator
    // gave, and is held by each of its objects.
    unsafe {
        ffi::PyObject_GC_UnTrack(this.cast());
        clear(this);
        ffi::Py_XDECREF(replace(&mut (*this.cast::<Object>()).key, null_mut()));
        let kind = ffi::Py_TYPE(this);
        let free: ffi::freefunc = transmute(ffi::PyType_GetSlot(kind, ffi::Py_tp_free));
        free(this.cast());
        ffi::Py_DECREF(kind.cast());
    }
}
