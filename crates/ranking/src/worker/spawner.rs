//! Starting children from a thread that never ends.
//!
//! Linux sends the parent-death signal when the *thread* that started a child ends, not the process. Threads for
//! blocking work come and go, so a worker that is kept warm would die with the thread that happened to start it.

use std::io;
use std::process::{Child, Command};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

struct Order {
    command: Command,
    done: Sender<io::Result<Child>>,
}

/// Starts the command as a child of this process.
pub(super) fn spawn(command: Command) -> io::Result<Child> {
    static THREAD: OnceLock<Mutex<Sender<Order>>> = OnceLock::new();
    let gone = || io::Error::other("the thread that starts workers has ended");
    let (done, started) = channel();
    let orders = THREAD.get_or_init(|| Mutex::new(open()));
    let sent = orders.lock().unwrap_or_else(PoisonError::into_inner).send(Order { command, done });
    sent.ok().ok_or_else(gone)?;
    started.recv().map_err(io::Error::other)?
}

/// Without the thread, every order fails at its sender.
fn open() -> Sender<Order> {
    let (orders, inbox) = channel::<Order>();
    let work = move || {
        for Order { mut command, done } in inbox {
            // Who ordered may have given up; then the child is dropped, and ends as its pipes are closed.
            let _unheard = done.send(command.spawn());
        }
    };
    // Where no thread can be had the inbox is dropped with it.
    let _detached = thread::Builder::new().name("rank-worker-spawner".to_owned()).spawn(work);
    orders
}
