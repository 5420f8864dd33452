//! The queue between the threads that log and the one that writes.
//!
//! Lines are appended to a buffer that the writer takes as a whole: no allocation per line, few system calls, and a
//! limit in bytes. A pipe that is not read blocks only the writer. The lines that do not fit then are dropped and
//! counted exactly.
//!
//! A line after a pause is written at once. The next ones accumulate for a while, since waking a thread takes as much
//! as a whole request, and takes a processor from those that serve.

use crate::contain;
use std::{
    cell::Cell,
    io::{self, ErrorKind, Write},
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// How long lines accumulate after some were written: it trades latency for fewer system calls and wake-ups.
const BATCH: Duration = Duration::from_millis(10);

/// How long the writer waits for an output that is not ready.
const PAUSE: Duration = Duration::from_millis(5);

thread_local! { static IS_WRITER: Cell<bool> = const { Cell::new(false) }; }

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
    batch: Duration,
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

impl State {
    /// Returns whether there is nothing to write.
    fn is_empty(&self) -> bool {
        self.pending.is_empty() && self.dropped == 0
    }
}

impl Queue {
    /// Creates a queue of this many bytes, and the thread that writes it.
    pub(super) fn start(
        out: impl Write + Send + 'static,
        capacity: usize,
        dropped_line: DroppedLine,
    ) -> io::Result<Self> {
        Self::start_with(out, capacity, dropped_line, BATCH)
    }

    fn start_with(
        out: impl Write + Send + 'static,
        capacity: usize,
        dropped_line: DroppedLine,
        batch: Duration,
    ) -> io::Result<Self> {
        let queue = Self(Arc::new(Shared {
            state: Mutex::default(),
            wake: Condvar::new(),
            written: Condvar::new(),
            capacity,
            batch,
        }));
        let shared = Arc::clone(&queue.0);
        thread::Builder::new()
            .name("errcode-log".to_owned())
            .spawn(move || shared.write(out, dropped_line))?;
        Ok(queue)
    }

    /// Appends a line, or counts it as dropped if it does not fit.
    pub(super) fn push(&self, line: &[u8]) {
        // A line about the writing of lines would never be the last one.
        if IS_WRITER.get() {
            return;
        }
        let mut state = self.0.state();
        let had_room = self.0.has_room(&state);
        if state.pending.len() + line.len() > self.0.capacity {
            state.dropped += 1;
        } else {
            state.pending.extend_from_slice(line);
        }
        let is_due = mem::take(&mut state.idle) || had_room && !self.0.has_room(&state);
        // Woken before, the writer would wait for the lock again.
        drop(state);
        if is_due {
            self.0.wake.notify_one();
        }
    }

    /// Waits until everything is written, at most for this time. Returns whether it is.
    pub(crate) fn flush(&self, longest: Duration) -> bool {
        // None: as long as it takes.
        let deadline = Instant::now().checked_add(longest);
        let mut state = self.0.state();
        while !state.is_empty() || state.writing {
            (state.hurry, state.idle) = (true, false);
            self.0.wake.notify_one();
            let left = match deadline {
                Some(deadline) => deadline.checked_duration_since(Instant::now()),
                None => Some(longest),
            };
            let Some(left) = left else { return false };
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

    fn write(&self, out: impl Write, dropped_line: DroppedLine) {
        IS_WRITER.set(true);
        let mut output = Output { out, dropped_line, missing: 0, torn: false };
        let mut batch = Vec::new();
        loop {
            let dropped = self.take(&mut batch);
            output.write(&batch, dropped);
            batch.clear();
            self.pause();
        }
    }

    /// Waits for lines and takes them.
    fn take(&self, batch: &mut Vec<u8>) -> u64 {
        let mut state = self.state();
        while state.is_empty() {
            state.idle = true;
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        (state.idle, state.writing) = (false, true);
        mem::swap(batch, &mut state.pending);
        mem::take(&mut state.dropped)
    }

    /// Lets lines accumulate after some were written, unless a thread waits or there will soon be no room.
    fn pause(&self) {
        let mut state = self.state();
        state.writing = false;
        if state.is_empty() {
            state.hurry = false;
            self.written.notify_all();
        }
        let may_wait = |state: &mut State| !state.hurry && self.has_room(state);
        drop(self.wake.wait_timeout_while(state, self.batch, may_wait));
    }

    /// Returns whether less than half of the queue is in use.
    fn has_room(&self, state: &State) -> bool {
        state.pending.len() < self.capacity / 2
    }
}

/// What the lines are written to. It may be closed or full, which must not end the service, and may work again later.
struct Output<W> {
    out: W,
    dropped_line: DroppedLine,
    /// How many lines are missing since the last one that reports it.
    missing: u64,
    /// The output ends within a line.
    torn: bool,
}

impl<W: Write> Output<W> {
    /// Writes the lines, then how many were dropped after them.
    fn write(&mut self, lines: &[u8], dropped: u64) {
        let written = if self.report() { self.put(lines) } else { 0 };
        let rest = lines.get(written..).unwrap_or_default();
        let lost = dropped + rest.iter().filter(|byte| **byte == b'\n').count() as u64;
        if lost > 0 {
            #[cfg(feature = "metrics")]
            let _ = contain::run(|| crate::metrics::count_dropped_lines(lost));
            self.missing += lost;
            self.report();
        }
    }

    /// Writes the line that reports missing lines, if there are any. Returns whether there are no more.
    fn report(&mut self) -> bool {
        if self.missing > 0 {
            let mut line = Vec::new();
            if self.torn {
                line.push(b'\n');
            }
            (self.dropped_line)(self.missing, &mut line);
            if self.put(&line) == line.len() {
                self.missing = 0;
            }
        }
        self.missing == 0
    }

    /// Returns how many of the bytes the output took.
    fn put(&mut self, bytes: &[u8]) -> usize {
        let mut written = 0;
        // A writer of the user's may panic.
        let _ = contain::run(|| {
            while written < bytes.len() {
                match again(|| self.out.write(&bytes[written..])) {
                    Ok(some @ 1..) => written = bytes.len().min(written + some),
                    Ok(0) | Err(_) => return,
                }
            }
            let _ = again(|| self.out.flush());
        });
        if let Some(last) = written.checked_sub(1) {
            self.torn = bytes.get(last) != Some(&b'\n');
        }
        written
    }
}

/// Repeats the operation as long as the output is not ready for it, as a pipe that another process has made
/// non-blocking.
fn again<R>(mut operation: impl FnMut() -> io::Result<R>) -> io::Result<R> {
    loop {
        match operation() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(PAUSE),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Output, Queue};
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
        queue.push(b"first\n");
        assert!(queue.flush(Duration::MAX), "as long as it takes");
        for number in 0..1000 {
            queue.push(format!("{number}\n").as_bytes());
        }
        assert!(queue.flush(LONG));
        let expected: String = (0..1000).map(|number| format!("{number}\n")).collect();
        let expected = format!("first\n{expected}");
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

    /// Returns what is written, write by write, by a queue whose lines accumulate for a minute.
    fn slow(capacity: usize) -> (Queue, mpsc::Receiver<String>) {
        struct Writes(mpsc::Sender<String>);

        impl Write for Writes {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let _ = self.0.send(String::from_utf8(bytes.to_vec()).unwrap());
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }

        let (writes, written) = mpsc::channel();
        let dropped_line = Box::new(dropped);
        (Queue::start_with(Writes(writes), capacity, dropped_line, LONG).unwrap(), written)
    }

    #[test]
    fn a_line_after_a_pause_is_written_at_once_and_the_next_ones_together() {
        let (queue, written) = slow(1 << 20);
        queue.push(b"first\n");
        assert_eq!(written.recv_timeout(LONG / 2).unwrap(), "first\n");
        for line in [b"second\n".as_slice(), b"third\n"] {
            queue.push(line);
        }
        assert!(queue.flush(LONG / 2));
        assert_eq!(written.try_iter().collect::<Vec<_>>(), ["second\nthird\n"]);
    }

    #[test]
    fn lines_do_not_accumulate_until_some_are_dropped() {
        let (queue, written) = slow(100);
        queue.push(b"first\n");
        assert_eq!(written.recv_timeout(LONG / 2).unwrap(), "first\n");
        for _ in 0..5 {
            queue.push(b"ten bytes\n");
        }
        assert_eq!(written.recv_timeout(LONG / 2).unwrap(), "ten bytes\n".repeat(5));
    }

    #[test]
    fn a_line_that_never_fits_is_reported_at_once() {
        let (queue, written) = slow(10);
        queue.push(b"more than ten bytes\n");
        assert_eq!(written.recv_timeout(LONG / 2).unwrap(), "dropped 1\n");
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

    /// Answers each write with the next number of bytes to take or error, then takes all.
    #[derive(Default)]
    struct Script {
        steps: Vec<io::Result<usize>>,
        taken: Vec<u8>,
    }

    impl Write for Script {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let most = if self.steps.is_empty() { bytes.len() } else { self.steps.remove(0)? };
            assert!(most < 100, "this writer panics");
            let some = most.min(bytes.len());
            self.taken.extend_from_slice(&bytes[..some]);
            Ok(some)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Writes each batch of lines, and returns what the output has then.
    fn written(steps: Vec<io::Result<usize>>, batches: &[(&str, u64)]) -> String {
        let out = Script { steps, ..Script::default() };
        let dropped_line = Box::new(dropped);
        let mut output = Output { out, dropped_line, missing: 0, torn: false };
        for (lines, dropped) in batches {
            output.write(lines.as_bytes(), *dropped);
        }
        String::from_utf8(output.out.taken).unwrap()
    }

    #[test]
    fn an_output_that_is_not_ready_gets_all_lines() {
        let busy = || Err(io::ErrorKind::WouldBlock.into());
        let steps = vec![busy(), Ok(1), busy(), Err(io::ErrorKind::Interrupted.into()), Ok(2)];
        assert_eq!(
            written(steps, &[("one\ntwo\n", 0), ("three\n", 7)]),
            "one\ntwo\nthree\ndropped 7\n"
        );
    }

    #[test]
    fn lines_that_the_output_does_not_take_are_counted_and_later_ones_are_whole() {
        let full = || Err(io::ErrorKind::StorageFull.into());
        // The first line, and a part of the second one; then neither the report nor the next lines.
        let steps = vec![Ok(4), Ok(1), full(), full(), full(), full()];
        let batches = [("one\ntwo\nthree\n", 0), ("four\n", 2), ("five\n", 0)];
        assert_eq!(written(steps, &batches), "one\nt\ndropped 5\nfive\n");
        assert_eq!(written(vec![Ok(0)], &[("one\n", 0), ("two\n", 0)]), "dropped 1\ntwo\n");
    }

    #[test]
    fn a_writer_that_panics_loses_its_lines_only() {
        assert_eq!(written(vec![Ok(100)], &[("one\n", 0), ("two\n", 0)]), "dropped 1\ntwo\n");
    }
}
