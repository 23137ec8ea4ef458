//! Which stretch of time is on the screen, and how closely one looks.

use super::scale::Scale;
use crate::signal::{Column, Columns, Rate, SampleIndex, Seconds};

/// Closer or wider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zoom {
    /// Less on the screen, larger.
    In,
    /// More on the screen, smaller.
    Out,
}

/// What fills the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// Trace, figures, trend.
    #[default]
    Full,
    /// One rhythm, as large as it goes.
    Distance,
    /// The spectrum in place of the trace.
    Spectrum,
    /// Left against right in place of the trace.
    Symmetry,
    /// The taps of the hand in place of the trace.
    Taps,
    /// What the device sends, before it is decoded.
    Raw,
}

impl View {
    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Full => Self::Distance,
            Self::Distance => Self::Spectrum,
            Self::Spectrum => Self::Symmetry,
            Self::Symmetry => Self::Taps,
            Self::Taps | Self::Raw => Self::Full,
        }
    }

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Distance => "distance",
            Self::Spectrum => "spectrum",
            Self::Symmetry => "symmetry",
            Self::Taps => "taps",
            Self::Raw => "raw",
        }
    }
}

/// Seconds on the screen, to choose from: one pulse to a day.
const SPANS: [f64; 16] =
    [2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0, 14_400.0, 28_800.0, 86_400.0];

/// The span to begin with: several breaths, and six cycles of a cranial rhythm.
const USUAL: usize = 5;

/// Who sets the scale of the traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Amplitude {
    Automatic,
    ByHand,
}

/// What the user chose to look at.
#[derive(Clone, Debug)]
pub(super) struct Viewport {
    /// What fills the screen.
    pub view: View,
    /// The right edge, where it was taken hold of; else it goes with the stream.
    pub frozen: Option<SampleIndex>,
    span: usize,
    amplitude: Amplitude,
    scales: Vec<Option<Scale>>,
}

impl Default for Viewport {
    fn default() -> Self {
        Self { view: View::Full, frozen: None, span: USUAL, amplitude: Amplitude::Automatic, scales: Vec::new() }
    }
}

impl Viewport {
    /// The time from the left edge to the right one, about.
    pub(super) fn span(&self) -> Seconds {
        Seconds(SPANS[self.span])
    }

    /// Less or more time; `false` at the end of the row.
    pub(super) fn zoom_time(&mut self, zoom: Zoom) -> bool {
        let next = match zoom {
            Zoom::In => self.span.checked_sub(1),
            Zoom::Out => Some(self.span + 1).filter(|next| *next < SPANS.len()),
        };
        self.span = next.unwrap_or(self.span);
        next.is_some()
    }

    /// A larger or smaller trace, in every pane, from where the scales are now.
    pub(super) fn zoom_amplitude(&mut self, zoom: Zoom) {
        self.amplitude = Amplitude::ByHand;
        for scale in self.scales.iter_mut().flatten() {
            *scale = scale.zoomed(zoom);
        }
    }

    /// Time and amplitude by themselves again.
    pub(super) fn automatic(&mut self) {
        self.amplitude = Amplitude::Automatic;
        self.span = USUAL;
    }

    /// A channel's trace is drawn upside down from now on, or no longer; its scale is turned with it.
    pub(super) fn turn_over(&mut self, channel: usize) {
        if let Some(Some(scale)) = self.scales.get_mut(channel) {
            *scale = Scale { low: -scale.high, high: -scale.low, ..*scale };
        }
    }

    /// The scale for a channel of which these columns are to be seen.
    pub(super) fn scale(&mut self, channel: usize, columns: &[Column]) -> Scale {
        if self.scales.len() <= channel {
            self.scales.resize(channel + 1, None);
        }
        let seen = columns.iter().fold(Column::EMPTY, |all, column| all.and(*column));
        let kept = &mut self.scales[channel];
        match (*kept, seen.has_samples(), self.amplitude) {
            (Some(scale), true, Amplitude::Automatic) => *kept = Some(scale.follow(f64::from(seen.min), f64::from(seen.max))),
            (None, true, _) => *kept = Some(Scale::around(f64::from(seen.min), f64::from(seen.max))),
            _ => {}
        }
        kept.unwrap_or_default()
    }
}

/// Two columns a cell, on absolute multiples of the column's length, so that the picture moves by whole cells and does not shimmer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Grid {
    /// The number of the leftmost cell, counted from frame 0; negative before it.
    first_cell: i64,
    /// Cells from edge to edge.
    pub cells: u16,
    step: Step,
}

/// How frames become columns.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// So many frames a column.
    Frames(u64),
    /// So many columns a frame, for a slow device seen closely.
    Columns(u64),
}

impl Grid {
    /// `cells` cells that show about `span` and whose last one holds the frame before `head`.
    pub(super) fn new(span: Seconds, rate: Rate, cells: u16, head: SampleIndex) -> Self {
        let columns = f64::from(cells.max(1)) * 2.0;
        let exact = span.0 * rate.hz() / columns;
        let step = if exact < 0.75 { Step::Columns((1.0 / exact).round().max(1.0) as u64) } else { Step::Frames(round_to_buckets(exact)) };
        let mut grid = Self { first_cell: 0, cells, step };
        grid.first_cell = grid.cell_number(SampleIndex(head.0.saturating_sub(1))) - i64::from(cells) + 1;
        grid
    }

    fn cell_number(&self, index: SampleIndex) -> i64 {
        let column = match self.step {
            Step::Frames(frames) => index.0 / frames,
            Step::Columns(columns) => index.0.saturating_mul(columns),
        };
        i64::try_from(column / 2).unwrap_or(i64::MAX)
    }

    /// The cell of a frame, from the left edge; negative to the left of it.
    pub(super) fn cell(&self, index: SampleIndex) -> i64 {
        self.cell_number(index) - self.first_cell
    }

    /// The cell of a frame, if it is on the screen.
    pub(super) fn cell_on_screen(&self, index: SampleIndex) -> Option<u16> {
        u16::try_from(self.cell(index)).ok().filter(|cell| *cell < self.cells)
    }

    /// The first frame of a cell, as a number that may lie before frame 0.
    pub(super) fn frame_of(&self, cell: u16) -> f64 {
        let column = (self.first_cell + i64::from(cell)) as f64 * 2.0;
        match self.step {
            Step::Frames(frames) => column * frames as f64,
            Step::Columns(columns) => column / columns as f64,
        }
    }

    /// Frames a cell.
    pub(super) fn frames_per_cell(&self) -> f64 {
        match self.step {
            Step::Frames(frames) => frames as f64 * 2.0,
            Step::Columns(columns) => 2.0 / columns as f64,
        }
    }

    /// The columns of a channel, two a cell.
    pub(super) fn columns(&self, history: &dyn Columns, channel: usize) -> Vec<Column> {
        let mut out = vec![Column::EMPTY; usize::from(self.cells) * 2];
        let before = usize::try_from(self.first_cell.saturating_mul(-2)).unwrap_or(0).min(out.len());
        let first = u64::try_from(self.first_cell.max(0)).unwrap_or(0) * 2;
        let visible = &mut out[before..];
        match self.step {
            Step::Frames(frames) => history.columns(channel, SampleIndex(first * frames), frames, visible),
            Step::Columns(columns) => stretched(history, channel, (first, columns), visible),
        }
        out
    }
}

/// A column a frame and a straight line to the next one: how it is drawn, not what was measured.
fn stretched(history: &dyn Columns, channel: usize, (first, each): (u64, u64), out: &mut [Column]) {
    let from = first / each;
    let mut samples = vec![Column::EMPTY; out.len() / each as usize + 3];
    history.columns(channel, SampleIndex(from), 1, &mut samples);
    for (number, column) in (first..).zip(out.iter_mut()) {
        let at = (number / each - from) as usize;
        let part = (number % each) as f32 / each as f32;
        let (this, next) = (samples[at], samples[at + 1]);
        let value = if part == 0.0 { this.min } else { this.min + (next.min - this.min) * part };
        *column = Column { min: value, max: value, missing: this.missing };
    }
}

/// Frames a column such that columns stay whole buckets of the history's coarser levels: two digits to the base of 4.
fn round_to_buckets(frames: f64) -> u64 {
    let mut unit = 1.0;
    while frames / unit >= 16.0 {
        unit *= 4.0;
    }
    ((frames / unit).round() * unit).max(1.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{Block, History};

    fn rate(hz: f64) -> Rate {
        Rate::from_hz(hz).unwrap()
    }

    #[test]
    fn the_newest_frame_is_in_the_last_cell_and_the_picture_moves_by_whole_cells() {
        let first = |head| Grid::new(Seconds(60.0), rate(100.0), 80, SampleIndex(head)).frame_of(0);
        let grid = Grid::new(Seconds(60.0), rate(100.0), 80, SampleIndex(100_000));
        assert_eq!(grid.cell(SampleIndex(99_999)), 79);
        for head in 100_000..100_400 {
            assert!(first(head).rem_euclid(grid.frames_per_cell()) < 1e-9);
        }
    }

    #[test]
    fn a_slow_device_is_stretched_and_a_session_just_begun_comes_in_from_the_right() {
        let mut history = History::new(1, SampleIndex(0));
        history.push(&Block { start: SampleIndex(0), channels: 1, samples: vec![0.0, 4.0, 8.0] });
        let grid = Grid::new(Seconds(10.0), rate(1.0), 20, SampleIndex(3));
        let columns = grid.columns(&history, 0);
        let seen: Vec<_> = columns.iter().filter(|column| column.has_samples()).map(|column| column.min).collect();
        assert_eq!(seen, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
    }

    #[test]
    fn one_spike_in_a_day_reaches_the_screen_and_the_scale() {
        let mut history = History::new(1, SampleIndex(0));
        let mut samples = vec![0.0; 100_000];
        samples[54_321] = 9.0;
        history.push(&Block { start: SampleIndex(0), channels: 1, samples });
        let grid = Grid::new(Seconds(86_400.0), rate(1.0), 40, SampleIndex(100_000));
        let columns = grid.columns(&history, 0);
        assert!(columns.iter().any(|column| column.max > 8.9));
        assert!(Viewport::default().scale(0, &columns).high >= 9.0);
    }
}
