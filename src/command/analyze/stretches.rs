//! One recording, looked at by several threads: stretches of it side by side, for a row is told from its window alone. What is told comes in the order
//! of the recording, and few stretches are ahead of the one that is waited for.

use std::collections::VecDeque;
use std::thread::Scope;

use anyhow::{Result, anyhow};
use crossbeam_channel::{Receiver, Sender, bounded};

use super::part::Run;
use crate::rhythm::{Row, Settings};
use crate::signal::{SampleIndex, Span};
use crate::store::Recording;

/// Windows that end in one stretch. It is run up to by the longest window, sixty steps as a rule, of which nothing is looked at.
const STEPS: u64 = 120;

/// A stretch that was begun, and where its rows go.
type Begun = (Span, Sender<Result<Vec<Row>>>);

/// The rows of a part of a recording, stretch by stretch.
#[derive(Debug)]
pub struct Stretches {
    begin: Sender<Begun>,
    /// Where each stretch that was begun ends, and where its rows come from.
    waiting: VecDeque<(SampleIndex, Receiver<Result<Vec<Row>>>)>,
    ahead: usize,
    part: Span,
    frames: u64,
    /// Where the next stretch begins.
    next: SampleIndex,
    /// Rows that were not yet asked for, of windows that end up to `loaded`.
    rows: VecDeque<Row>,
    loaded: SampleIndex,
}

/// Takes the rows of a block, and where it ends.
type Take<'a> = &'a mut dyn FnMut((&[Row], SampleIndex)) -> Result<()>;

/// Runs through a part and hands over every row in order. Where the part is long enough to be worth it so many threads look at its windows, each of
/// which opens the recording anew.
///
/// # Errors
/// Where the recording cannot be read, or `take` fails.
pub fn through(
    (run, recording): (&mut Run, &mut Recording),
    (threads, settings, part): (usize, &Settings, Span),
    open: impl Fn() -> Result<Recording> + Clone + Send,
    take: Take<'_>,
) -> Result<()> {
    let step = run.step().0;
    if threads < 2 || part.frames() <= 4 * STEPS * step {
        while let Some(told) = run.next(recording)? {
            take(told)?;
        }
        return Ok(());
    }
    std::thread::scope(|scope| {
        let mut others = Stretches::start(scope, threads, (settings, part, step), open);
        while let Some(told) = run.next_told(recording, &mut others)? {
            take(told)?;
        }
        Ok(())
    })
}

impl Stretches {
    /// Looks at a part with so many threads, each of which opens the recording anew.
    fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        threads: usize,
        (settings, part, step): (&'scope Settings, Span, u64),
        open: impl Fn() -> Result<Recording> + Clone + Send + 'scope,
    ) -> Self {
        let ahead = 2 * threads;
        let (begin, begun) = bounded::<Begun>(ahead);
        for _ in 0..threads {
            let (begun, open) = (begun.clone(), open.clone());
            scope.spawn(move || {
                let mut opened = open().map(|recording| (Run::new(&recording, settings, part), recording));
                for (stretch, rows) in begun {
                    let told = match &mut opened {
                        Ok((run, recording)) => run.stretch(recording, (part, stretch)),
                        Err(error) => Err(anyhow!("{error:#}")),
                    };
                    // Nobody listens any more where the analysis was given up.
                    if rows.send(told).is_err() {
                        break;
                    }
                }
            });
        }
        Self {
            begin,
            waiting: VecDeque::new(),
            ahead,
            part,
            frames: STEPS * step,
            next: part.start,
            rows: VecDeque::new(),
            loaded: part.start,
        }
    }

    /// Appends the rows of the windows that end at a frame; asked for in the order of the recording.
    ///
    /// # Errors
    /// Where the recording cannot be read.
    pub fn told(&mut self, end: SampleIndex, rows: &mut Vec<Row>) -> Result<()> {
        loop {
            while let Some(row) = self.rows.pop_front_if(|row| row.end() <= end) {
                rows.push(row);
            }
            if end <= self.loaded {
                return Ok(());
            }
            self.load()?;
        }
    }

    /// Waits for the next stretch, and has others begun.
    fn load(&mut self) -> Result<()> {
        while self.next < self.part.end && self.waiting.len() < self.ahead {
            let stop = SampleIndex((self.next.0 / self.frames + 1) * self.frames).min(self.part.end);
            let (rows, told) = bounded(1);
            // Never full: no more than are waiting. Never closed: the threads end after this one lets go.
            let _ = self.begin.send((Span { start: self.next, end: stop }, rows));
            self.waiting.push_back((stop, told));
            self.next = stop;
        }
        let given_up = || anyhow!("a stretch of the recording was given up");
        let (stop, told) = self.waiting.pop_front().ok_or_else(given_up)?;
        self.rows.extend(told.recv().map_err(|_| given_up())??);
        self.loaded = stop;
        Ok(())
    }
}
