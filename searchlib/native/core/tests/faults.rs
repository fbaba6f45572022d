//! A storage that fails, and one that loses what was not finished.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex};

use searchlib_core::analysis::{Analyzer, Components};
use searchlib_core::builder::{Builder, Cell, FieldSpec};
use searchlib_core::error::{Error, Result};
use searchlib_core::merge::merge;
use searchlib_core::search::deletes::Deletes;
use searchlib_core::segment::{FieldInfo, FieldKind, Segment};
use searchlib_core::storage::{FileBytes, NewFile, Storage};

const STANDARD: &str = r#"{"tokenizer": {"name": "words"}, "filters": [{"name": "lowercase"}]}"#;

/// Files in memory, and the calls made so far; the call of number `fail_at` fails.
#[derive(Default)]
struct State {
    finished: HashMap<String, Arc<Vec<u8>>>,
    begun: HashMap<String, Vec<u8>>,
    calls: usize,
    fail_at: Option<usize>,
}

#[derive(Clone, Default)]
struct Faulty(Arc<Mutex<State>>);

const DISK_FULL: i32 = 28;
const DOCS: usize = 40; // of a segment

impl Faulty {
    fn failing_at(call: usize) -> Self {
        let faulty = Faulty::default();
        faulty.0.lock().unwrap().fail_at = Some(call);
        faulty
    }

    fn call<T>(&self, name: &str, work: impl FnOnce(&mut State) -> Result<T>) -> Result<T> {
        let mut state = self.0.lock().unwrap();
        state.calls += 1;
        if state.fail_at == Some(state.calls) {
            return Err(Error::io(name, io::Error::from_raw_os_error(DISK_FULL)));
        }
        work(&mut state)
    }
}

impl Storage for Faulty {
    fn describe(&self, name: &str) -> String {
        name.to_string()
    }

    fn read(&self, name: &str) -> Result<FileBytes> {
        self.call(name, |state| match state.finished.get(name) {
            Some(bytes) => Ok(FileBytes::Owned(Arc::clone(bytes))),
            None => Err(Error::io(name, io::Error::from(io::ErrorKind::NotFound))),
        })
    }

    fn create(&self, name: &str) -> Result<Box<dyn NewFile>> {
        self.call(name, |state| {
            state.begun.insert(name.to_string(), Vec::new());
            Ok(Box::new(FaultyFile { name: name.to_string(), storage: self.clone() }) as _)
        })
    }

    fn remove(&self, name: &str) -> Result<()> {
        self.call(name, |state| {
            state.finished.remove(name);
            Ok(())
        })
    }
}

struct FaultyFile {
    name: String,
    storage: Faulty,
}

impl NewFile for FaultyFile {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.storage.call(&self.name, |state| {
            state.begun.entry(self.name.clone()).or_default().extend_from_slice(bytes);
            Ok(())
        })
    }

    fn finish(self: Box<Self>) -> Result<()> {
        self.storage.call(&self.name, |state| {
            if let Some(bytes) = state.begun.remove(&self.name) {
                state.finished.insert(self.name.clone(), Arc::new(bytes));
            }
            Ok(())
        })
    }
}

fn build(storage: &Faulty, name: &str, first: usize) -> Result<()> {
    let analyzer = Arc::new(Analyzer::from_json(STANDARD, &Components::default())?);
    let spec = |name: &str, kind, analyzer| FieldSpec {
        info: FieldInfo { name: name.into(), kind, stored: true },
        analyzer,
        others: Vec::new(),
    };
    let mut builder = Builder::new(vec![
        spec("body", FieldKind::Text, Some(analyzer)),
        spec("tag", FieldKind::Keyword, None),
        spec("size", FieldKind::Number, None),
    ])?;
    for number in first..first + DOCS {
        let body = format!("wind {number} ").repeat(number % 7 + 1);
        let tag = format!("t{}", number % 5);
        builder.add(&[vec![Cell::Text(&body), Cell::Text(&tag), Cell::Int(number as i64)]])?;
    }
    builder.write(storage, name)?;
    Ok(())
}

/// Two segments and their merge; each must be sound where its writing said Ok.
fn history(storage: &Faulty) -> Result<()> {
    build(storage, "a", 0)?;
    build(storage, "b", DOCS)?;
    let (a, b) = (Segment::open(storage, "a")?, Segment::open(storage, "b")?);
    merge(storage, "c", &[(&a, Deletes::new(&[0xff])), (&b, Deletes::new(&[]))])?;
    let merged = Segment::open(storage, "c")?;
    assert_eq!((merged.doc_count(), merged.check()), (2 * DOCS as u32 - 8, vec![]));
    Ok(())
}

#[test]
fn each_call_that_fails_is_an_error_with_its_file_and_nothing_else() {
    let whole = Faulty::default();
    history(&whole).unwrap();
    let calls = whole.0.lock().unwrap().calls;
    assert!(calls > 12, "{calls} calls");
    for call in 1..=calls {
        let storage = Faulty::failing_at(call);
        match history(&storage) {
            Err(Error::Io { name, source }) => {
                assert!(["a", "b", "c"].contains(&name.as_str()));
                assert_eq!(source.raw_os_error(), Some(DISK_FULL));
            }
            other => panic!("call {call}: {other:?}"),
        }
        // What was finished is whole; and the same work again gives the same bytes.
        let state = storage.0.lock().unwrap();
        let expected = whole.0.lock().unwrap();
        for (name, bytes) in &state.finished {
            assert_eq!(Some(bytes), expected.finished.get(name), "call {call}: {name}");
        }
    }
}

#[test]
fn a_file_that_was_not_finished_is_no_segment_however_much_of_it_is_there() {
    let whole = Faulty::default();
    history(&whole).unwrap();
    let calls = whole.0.lock().unwrap().calls;
    for call in 1..=calls {
        let storage = Faulty::failing_at(call);
        history(&storage).unwrap_err();
        let begun = std::mem::take(&mut storage.0.lock().unwrap().begun);
        for (name, bytes) in begun {
            let mut state = storage.0.lock().unwrap();
            if bytes == *whole.0.lock().unwrap().finished[&name] {
                continue; // all of it is there, but for the sync
            }
            state.fail_at = None;
            state.finished.insert("cut".to_string(), Arc::new(bytes));
            drop(state);
            let opened = Segment::open(&storage, "cut");
            assert!(matches!(opened, Err(Error::Corrupt { .. })), "call {call}, {name}");
        }
    }
}
