//! Many files at a time, told in the order given.
//!
//! Each file has a queue of its own with room for a few MiB; the files are begun in order, a few ahead of the one that is being told, and
//! their queues are emptied one after the other. A file whose turn has not come waits when its queue is full. So the order is that of the arguments, the
//! memory is bounded whatever the files hold, and nobody waits for ever: the file whose turn it is was begun before all that wait.

use std::collections::VecDeque;
use std::io::{self, Write};

use anyhow::Result;
use crossbeam_channel::{Receiver, Sender, bounded};

use crate::session::Stop;

/// Bytes that are told at once.
const CHUNK: usize = 1 << 14;
/// Chunks that a file may be ahead: 4 MiB.
const AHEAD: usize = 256;

/// What a file has to say.
#[derive(Debug)]
pub enum Said {
    /// It has been begun, or is now waited for; the first thing said.
    Begun,
    /// For the output: whole lines.
    Output(Vec<u8>),
    /// For standard error, a line.
    Note(String),
    /// It was done by an earlier run.
    DoneBefore,
    /// It has come to its end; the last thing said.
    Done,
    /// It came to nothing, or broke off; for standard error, a line.
    Failed(String),
}

/// Nobody listens any more: work is to be given up, and nothing need be said of it.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("given up")]
pub struct GivenUp;

/// Where one file says what it has to say.
#[derive(Debug)]
pub struct Voice<'a> {
    queue: Sender<Said>,
    stop: &'a Stop,
    lines: Vec<u8>,
}

impl Voice<'_> {
    /// Says a line on standard error, after the output so far.
    ///
    /// # Errors
    /// [`GivenUp`].
    pub fn note(&mut self, line: String) -> Result<(), GivenUp> {
        self.tell()?;
        self.queue.send(Said::Note(line)).map_err(|_| GivenUp)
    }

    /// Says that there was nothing to do.
    ///
    /// # Errors
    /// [`GivenUp`].
    pub fn done_before(&mut self) -> Result<(), GivenUp> {
        self.queue.send(Said::DoneBefore).map_err(|_| GivenUp)
    }

    /// To be called between whole lines, every so often.
    ///
    /// # Errors
    /// [`GivenUp`].
    pub fn breathe(&mut self) -> Result<(), GivenUp> {
        if self.stop.is_asked() {
            return Err(GivenUp);
        }
        if self.lines.len() >= CHUNK { self.tell() } else { Ok(()) }
    }

    fn done(&mut self) -> Result<(), GivenUp> {
        self.tell()?;
        self.queue.send(Said::Done).map_err(|_| GivenUp)
    }

    fn tell(&mut self) -> Result<(), GivenUp> {
        let lines = std::mem::take(&mut self.lines);
        if lines.is_empty() { Ok(()) } else { self.queue.send(Said::Output(lines)).map_err(|_| GivenUp) }
    }
}

impl Write for Voice<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lines.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Does `work` for every number below `count`, `jobs` at a time, and hands over what is said in the order of the numbers.
///
/// # Errors
/// What `listen` fails with; the work is given up then, as it is when the stop is asked for.
pub fn in_order(
    (count, jobs): (usize, usize),
    stop: &Stop,
    work: impl Fn(usize, &mut Voice<'_>) -> Result<()> + Sync,
    mut listen: impl FnMut(usize, Said) -> Result<()>,
) -> Result<()> {
    let jobs = jobs.clamp(1, count.max(1));
    let ahead = 2 * jobs;
    let (begin, begun) = bounded::<(usize, Sender<Said>)>(ahead);
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            let (begun, work) = (begun.clone(), &work);
            scope.spawn(move || begun.iter().for_each(|(number, queue)| one(number, Voice { queue, stop, lines: Vec::new() }, work)));
        }
        drop(begun);
        let mut waiting: VecDeque<Receiver<Said>> = VecDeque::new();
        let mut next = 0;
        let mut told = || {
            for number in 0..count {
                while next < count && waiting.len() < ahead {
                    let (queue, said) = bounded(AHEAD);
                    waiting.push_back(said);
                    // Never full: no more than are waiting. Never closed: the threads end after this one lets go.
                    let _ = begin.send((next, queue));
                    next += 1;
                }
                if let Some(queue) = waiting.pop_front() {
                    queue.iter().try_for_each(|said| listen(number, said))?;
                }
                if stop.is_asked() {
                    break;
                }
            }
            Ok(())
        };
        let done = told();
        if done.is_err() {
            stop.ask();
        }
        // What has not been begun is not, and who waits for room gives up.
        waiting.clear();
        drop(begin);
        done
    })
}

/// One file's work. What it fails with is said, unless nobody listens.
fn one(number: usize, mut voice: Voice<'_>, work: &(impl Fn(usize, &mut Voice<'_>) -> Result<()> + Sync)) {
    let begun = voice.breathe().and_then(|()| voice.queue.send(Said::Begun).map_err(|_| GivenUp));
    let done = begun.map_err(Into::into).and_then(|()| work(number, &mut voice)).and_then(|()| Ok(voice.done()?));
    let Err(error) = done else { return };
    if !error.is::<GivenUp>() && voice.tell().is_ok() {
        // Who has stopped listening misses nothing.
        let _ = voice.queue.send(Said::Failed(crate::command::line(&error)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn told(jobs: usize, work: impl Fn(usize, &mut Voice<'_>) -> Result<()> + Sync) -> Vec<(usize, String)> {
        let mut told: Vec<(usize, String)> = Vec::new();
        let listen = |number, said| {
            let text = match said {
                Said::Begun | Said::DoneBefore | Said::Done => String::new(),
                Said::Output(bytes) => String::from_utf8(bytes)?,
                Said::Note(line) | Said::Failed(line) => format!("! {line}\n"),
            };
            match told.last_mut().filter(|(last, _)| *last == number) {
                Some((_, so_far)) => so_far.push_str(&text),
                None => told.push((number, text)),
            }
            Ok(())
        };
        in_order((30, jobs), &Stop::default(), work, listen).unwrap();
        told
    }

    #[test]
    fn the_order_is_that_of_the_numbers_for_any_number_of_threads() {
        let work = |number: usize, voice: &mut Voice<'_>| {
            for line in 0..(30 - number) * 400 {
                writeln!(voice, "{number} says {line}")?;
                voice.breathe()?;
            }
            voice.note(format!("{number} is done"))?;
            anyhow::ensure!(number % 7 != 3, "{number} broke");
            Ok(())
        };
        let one = told(1, work);
        assert_eq!(one.iter().map(|(number, _)| *number).collect::<Vec<_>>(), (0..30).collect::<Vec<_>>());
        assert!(one[3].1.ends_with("3 says 10799\n! 3 is done\n! 3 broke\n"), "{}", &one[3].1[one[3].1.len() - 60..]);
        for jobs in [2, 5, 64] {
            assert_eq!(told(jobs, work), one, "{jobs}");
        }
    }

    #[test]
    fn no_more_are_begun_than_a_few_ahead() {
        let (begun, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        told(4, |number, voice| {
            begun.fetch_add(1, Ordering::Relaxed);
            for line in 0..(30 - number) * 400 {
                writeln!(voice, "{number} says {line}")?;
                voice.breathe()?;
            }
            most.fetch_max(begun.load(Ordering::Relaxed).saturating_sub(number), Ordering::Relaxed);
            Ok(())
        });
        assert!(most.load(Ordering::Relaxed) <= 8, "{most:?} from the first that was running");
    }

    #[test]
    fn when_nobody_listens_the_work_is_given_up() {
        let begun = AtomicUsize::new(0);
        let endless = |_: usize, voice: &mut Voice<'_>| {
            begun.fetch_add(1, Ordering::Relaxed);
            loop {
                writeln!(voice, "and on")?;
                voice.breathe()?;
            }
        };
        let error = in_order((30, 3), &Stop::default(), endless, |_, _| anyhow::bail!("enough")).unwrap_err();
        assert_eq!(error.to_string(), "enough");
        assert!(begun.load(Ordering::Relaxed) <= 30);
    }
}
