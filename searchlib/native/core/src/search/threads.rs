//! Much work of one kind, on as many threads as there are cores.
//!
//! Each thread takes the next piece that nobody has taken, so that a slow one holds up no other.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::error::Result;

/// What `work` makes of each item, in their order, on at most `threads` threads, this one among them;
/// 0: one a core.
///
/// # Errors
/// That of an item that failed; those that nobody has taken by then are left out.
pub fn on_threads<T: Sync, A: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> Result<A> + Sync,
) -> Result<Vec<A>> {
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let share = || {
        let mut answers: Vec<(usize, Result<A>)> = Vec::new();
        while !failed.load(Ordering::Relaxed) {
            // Relaxed: each item is taken once, and nothing else depends on it.
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(i) else {
                break;
            };
            let answer = work(item);
            failed.fetch_or(answer.is_err(), Ordering::Relaxed);
            answers.push((i, answer));
        }
        answers
    };
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let threads = if threads == 0 { cores() } else { threads }.min(items.len());
    let mut answers = thread::scope(|scope| {
        // A thread that cannot be had is done without.
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, share).ok();
        let others: Vec<_> = (1..threads).filter_map(spawn).collect();
        let mut answers = share();
        for other in others {
            match other.join() {
                Ok(more) => answers.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        answers
    });
    answers.sort_unstable_by_key(|&(i, _)| i);
    answers.into_iter().map(|(_, answer)| answer).collect()
}
