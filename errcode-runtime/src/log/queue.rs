//! The queue between the threads that log and the one that writes.
//!
//! Lines are appended to a buffer that the writer takes as a whole: no allocation per line, few system calls, and a
//! limit in bytes. A pipe that is not read blocks only the writer. The lines that do not fit then are dropped and
//! counted exactly.

use std::{
    io::Write,
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// How long the writer collects lines once there is one: it trades latency for fewer system calls.
const BATCH: Duration = Duration::from_millis(2);

/// Writes the line that reports how many lines were dropped.
pub(super) type DroppedLine = Box<dyn Fn(u64, &mut Vec<u8>) + Send>;

#[derive(Clone)]
pub(crate) struct Queue(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    /// For the writer: there are lines, or a thread waits until they are written.
    wake: Condvar,
    /// For threads that flush: everything is written.
    written: Condvar,
    capacity: usize,
}

#[derive(Default)]
struct State {
    pending: Vec<u8>,
    dropped: u64,
    /// The writer has taken lines that it has not written yet.
    writing: bool,
    /// The writer sleeps until it is woken.
    idle: bool,
    /// A thread waits: no batching.
    hurry: bool,
}

impl Queue {
    /// Creates a queue of this many bytes, and the thread that writes it.
    pub(super) fn start(
        out: impl Write + Send + 'static,
        capacity: usize,
        dropped_line: DroppedLine,
    ) -> std::io::Result<Self> {
        let queue = Self(Arc::new(Shared {
            state: Mutex::default(),
            wake: Condvar::new(),
            written: Condvar::new(),
            capacity,
        }));
        let shared = Arc::clone(&queue.0);
        thread::Builder::new()
            .name("errcode-log".to_owned())
            .spawn(move || shared.write(out, dropped_line))?;
        Ok(queue)
    }

    /// Appends a line, or counts it as dropped if it does not fit.
    pub(super) fn push(&self, line: &[u8]) {
        let mut state = self.0.state();
        if state.pending.len() + line.len() > self.0.capacity {
            state.dropped += 1;
            return;
        }
        state.pending.extend_from_slice(line);
        if mem::take(&mut state.idle) {
            self.0.wake.notify_one();
        }
    }

    /// Waits until everything is written, at most for this time. Returns whether it is.
    pub(crate) fn flush(&self, longest: Duration) -> bool {
        let deadline = Instant::now() + longest;
        let mut state = self.0.state();
        while !state.pending.is_empty() || state.writing || state.dropped > 0 {
            (state.hurry, state.idle) = (true, false);
            self.0.wake.notify_one();
            let Some(left) = deadline.checked_duration_since(Instant::now()) else { return false };
            state =
                self.0.written.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, mut out: impl Write, dropped_line: DroppedLine) {
        let mut batch = Vec::new();
        loop {
            let dropped = self.take(&mut batch);
            if dropped > 0 {
                dropped_line(dropped, &mut batch);
                #[cfg(feature = "metrics")]
                let _ = crate::contain::run(|| crate::metrics::count_dropped_lines(dropped));
            }
            // A closed standard output must not end the service.
            let _ = out.write_all(&batch).and_then(|()| out.flush());
            batch.clear();
            let mut state = self.state();
            state.writing = false;
            if state.pending.is_empty() && state.dropped == 0 {
                state.hurry = false;
                self.written.notify_all();
            }
        }
    }

    /// Waits for lines, lets them accumulate, and takes them.
    fn take(&self, batch: &mut Vec<u8>) -> u64 {
        let mut state = self.state();
        while state.pending.is_empty() && state.dropped == 0 {
            state.idle = true;
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.idle = false;
        if !state.hurry {
            state = self.wake.wait_timeout(state, BATCH).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.writing = true;
        mem::swap(batch, &mut state.pending);
        mem::take(&mut state.dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::Queue;
    use std::{
        io::{self, Write},
        sync::{Arc, Mutex, MutexGuard, mpsc},
        thread,
        time::Duration,
    };

    const LONG: Duration = Duration::from_secs(60);

    fn dropped(count: u64, out: &mut Vec<u8>) {
        out.extend_from_slice(format!("dropped {count}\n").as_bytes());
    }

    /// Writes when the test allows it.
    #[derive(Clone, Default)]
    struct Gate {
        shut: Arc<Mutex<()>>,
        written: Arc<Mutex<Vec<u8>>>,
        reached: Option<mpsc::Sender<()>>,
    }

    impl Gate {
        fn text(&self) -> String {
            String::from_utf8(self.written.lock().unwrap().clone()).unwrap()
        }

        fn shut(&self) -> MutexGuard<'_, ()> {
            self.shut.lock().unwrap()
        }
    }

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if let Some(reached) = &self.reached {
                let _ = reached.send(());
            }
            let _open = self.shut.lock().unwrap();
            self.written.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_come_in_order_and_a_flush_waits_for_them() {
        let gate = Gate::default();
        let queue = Queue::start(gate.clone(), 1 << 20, Box::new(dropped)).unwrap();
        assert!(queue.flush(LONG), "nothing to wait for");
        for number in 0..1000 {
            queue.push(format!("{number}\n").as_bytes());
        }
        assert!(queue.flush(LONG));
        let expected: String = (0..1000).map(|number| format!("{number}\n")).collect();
        assert_eq!(gate.text(), expected);
    }

    #[test]
    fn a_blocked_output_blocks_no_thread_and_dropped_lines_are_counted() {
        let (reached, is_reached) = mpsc::channel();
        let gate = Gate { reached: Some(reached), ..Gate::default() };
        let queue = Queue::start(gate.clone(), 100, Box::new(dropped)).unwrap();
        let shut = gate.shut();
        queue.push(b"first\n");
        // The writer has taken the first line and is stuck: from here on the buffer fills.
        is_reached.recv().unwrap();
        for _ in 0..1000 {
            queue.push(b"ten bytes\n");
        }
        assert!(!queue.flush(Duration::ZERO));
        drop(shut);
        assert!(queue.flush(LONG));
        let text = gate.text();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.iter().filter(|line| **line == "ten bytes").count(), 10);
        assert_eq!((lines[0], *lines.last().unwrap()), ("first", "dropped 990"));
    }

    #[test]
    fn events_and_dropped_lines_add_up_from_many_threads() {
        let gate = Gate::default();
        let queue = Queue::start(gate.clone(), 4096, Box::new(dropped)).unwrap();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..5000).for_each(|_| queue.push(b"a line of this test\n")));
            }
        });
        assert!(queue.flush(LONG));
        let text = gate.text();
        let written = text.lines().filter(|line| line.starts_with("a line")).count() as u64;
        let dropped: u64 = text
            .lines()
            .filter_map(|line| line.strip_prefix("dropped "))
            .map(|count| count.parse::<u64>().unwrap())
            .sum();
        assert_eq!(written + dropped, 20_000);
    }
}
