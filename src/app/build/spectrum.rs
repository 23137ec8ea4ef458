//! The spectrum of a channel: the very test that gave its figures, see `rhythm/spectrum.rs`.

use super::{Seen, figures, strips};
use crate::app::App;
use crate::app::layout::{Area, GUTTER, Plan};
use crate::app::scale::number;
use crate::app::scene::{Axis, Part, PeakLabel, RangeMark, SpectrumColumn, SpectrumPane, Tick, Tone};
use crate::app::spectrum::Spacing;
use crate::protocol::Look;
use crate::rhythm::{Evidence, Peak, Rhythm, Spectrum, Way};

/// The least and the most amplitudes that the plot spans, highest over lowest.
const LEAST_SPAN: f64 = 100.0;
const MOST_SPAN: f64 = 100_000.0;
/// Room above the highest peak, for its label.
const HEADROOM: f64 = 1.6;
/// Rows for the ranges: the breath's overlaps the cranial one.
const RANGE_ROWS: u16 = 2;
/// A line within this share of a figure's rate is what the figure is of.
const OF_FIGURE: f64 = 0.05;

/// Which spectra the screen needs.
pub(super) fn look(app: &mut App, seen: &Seen, small: bool) -> Look {
    let leading = figures::leading(app);
    let by_itself = figures::reading(app, seen, leading).channel.unwrap_or(0);
    if small {
        return Look { channel: by_itself, rhythm: Some(leading) };
    }
    let channels = seen.snapshot.layout.as_ref().map_or(0, |layout| layout.channels.len());
    Look { channel: app.lens.channel.filter(|channel| *channel < channels).unwrap_or(by_itself), rhythm: app.lens.rhythm }
}

pub(super) fn pane(app: &mut App, seen: &Seen, plan: &Plan) -> SpectrumPane {
    let look = look(app, seen, false);
    let (title, below) = (plan.traces.top(1), plan.traces.below(1));
    let rows = if below.h >= 10 { RANGE_ROWS } else { 0 };
    let plot = below.top(below.h.saturating_sub(rows)).right_of(GUTTER);
    let bands = below.below(plot.h).right_of(GUTTER);
    let spectra: Vec<&Spectrum> = seen.snapshot.spectra.iter().filter(|spectrum| is_of(spectrum, look)).collect();
    let rates = Rates::of(app, look, plot.w);
    let mut columns: Vec<Option<Told>> = (0..2 * plot.w).map(|column| rates.told(&spectra, column)).collect();
    let scale = Amplitudes::of(&columns);
    let place = |told: Told| SpectrumColumn {
        line: scale.height(told.line),
        noise: scale.height(told.noise),
        threshold: scale.height(told.threshold),
        rhythm: told.rhythm,
    };
    let peaks = peaks(&spectra, (&rates, &scale), &columns, plot);
    claim(&mut columns, &spectra, &rates);
    let settling = spectra.is_empty().then(|| waiting(app, seen, look));
    SpectrumPane {
        title,
        about: about(seen, look),
        legend: !spectra.is_empty(),
        threshold: format!("p = {}", app.settings.threshold),
        gutter: below.top(plot.h).left(GUTTER),
        scale: if spectra.is_empty() { Vec::new() } else { scale.labels(plot.h) },
        peaks,
        columns: columns.into_iter().map(|told| told.map(place)).collect(),
        ranges: ranges(app, &spectra, (&rates, bands)),
        axis: Axis { area: plan.axis, ticks: rates.ticks() },
        plot,
        empty: settling,
    }
}

/// Where two rhythms are looked for, a peak that is told for one of them is that one's, down to both feet of it.
fn claim(columns: &mut [Option<Told>], spectra: &[&Spectrum], rates: &Rates) {
    let told = spectra.iter().filter_map(|spectrum| Some((spectrum.estimate.present()?.rate.value, spectrum.estimate.rhythm)));
    for (rate, rhythm) in told {
        let Some(cell) = rates.cell(rate) else { continue };
        let middle = usize::from(cell) * 2;
        let stands = |at: usize| columns.get(at).copied().flatten().filter(|told| told.line > told.threshold).map(|told| told.line);
        // The top may be in either half of the cell.
        let tops = [middle, middle + 1].into_iter().filter_map(|at| Some((at, stands(at)?)));
        let Some((top, _)) = tops.max_by(|a, b| a.1.total_cmp(&b.1)) else { continue };
        let falls = |(one, next): &(usize, usize)| stands(*next).zip(stands(*one)).is_some_and(|(next, one)| next <= one);
        let right = (top..columns.len()).zip(top + 1..columns.len()).take_while(falls).count();
        let left = (0..=top).rev().zip((0..top).rev()).take_while(falls).count();
        columns[top - left..=top + right].iter_mut().flatten().for_each(|told| told.rhythm = rhythm);
    }
}

fn is_of(spectrum: &Spectrum, look: Look) -> bool {
    spectrum.estimate.channel == look.channel && look.rhythm.is_none_or(|rhythm| rhythm == spectrum.estimate.rhythm)
}

fn about(seen: &Seen, look: Look) -> Vec<Part> {
    let Some(channel) = seen.snapshot.layout.as_ref().and_then(|layout| layout.channels.get(look.channel)) else { return Vec::new() };
    let unit = if channel.unit.is_empty() { String::new() } else { format!(", {}", channel.unit) };
    let name = Part { text: channel.name.clone(), tone: Tone::Strong };
    let what = look.rhythm.map_or("all rhythms", Rhythm::word);
    vec![name, Part { text: format!("{what} · peak to trough{unit}"), tone: Tone::Dim }]
}

fn waiting(app: &mut App, seen: &Seen, look: Look) -> String {
    let rhythm = look.rhythm.unwrap_or_else(|| figures::shortest(app));
    match seen.snapshot.estimate(look.channel, rhythm) {
        Some(estimate) if estimate.figure.is_some() => "looking…".to_owned(),
        _ => figures::waiting(seen, app.settings.of(rhythm).window),
    }
}

/// What the curves say at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Told {
    line: f64,
    noise: f64,
    threshold: f64,
    rhythm: Rhythm,
}

/// From rates to cells.
struct Rates {
    low: f64,
    high: f64,
    spacing: Spacing,
    cells: u16,
}

impl Rates {
    fn of(app: &App, look: Look, cells: u16) -> Self {
        let spacing = app.lens.spacing();
        let looked_for = Rhythm::ALL.into_iter().filter(|rhythm| match look.rhythm {
            Some(wanted) => wanted == *rhythm,
            None => app.settings.of(*rhythm).enabled,
        });
        let of = looked_for.map(|rhythm| app.settings.of(rhythm));
        let (low, high) = of.fold((f64::INFINITY, 0.0), |(low, high), of| (of.low_per_min.min(low), of.high_per_min.max(high)));
        let low = if spacing == Spacing::Linear { 0.0 } else { low };
        Self { low, high, spacing, cells }
    }

    /// The rate at a share of the axis.
    fn at(&self, share: f64) -> f64 {
        match self.spacing {
            Spacing::Log => self.low * (self.high / self.low).powf(share),
            Spacing::Linear => self.low + (self.high - self.low) * share,
        }
    }

    /// The cell of a rate; none where it is not on the axis.
    fn cell(&self, rate: f64) -> Option<u16> {
        let share = match self.spacing {
            Spacing::Log => (rate / self.low).ln() / (self.high / self.low).ln(),
            Spacing::Linear => (rate - self.low) / (self.high - self.low),
        };
        ((-1e-9..=1.0 + 1e-9).contains(&share) && self.cells > 0).then(|| ((share * f64::from(self.cells)) as u16).min(self.cells - 1))
    }

    /// Of a column, half a cell wide, the place where the line stands out most; between two places where it holds none.
    fn told(&self, spectra: &[&Spectrum], column: u16) -> Option<Told> {
        let columns = f64::from(self.cells) * 2.0;
        let (from, to) = (self.at(f64::from(column) / columns), self.at(f64::from(column + 1) / columns));
        let middle = f64::midpoint(from, to);
        let of = spectra.iter().find(|spectrum| (spectrum.range.0..=spectrum.range.1).contains(&middle))?;
        let place = |at: usize| Told {
            line: f64::from(of.amplitude[at]),
            noise: f64::from(of.noise[at]),
            threshold: f64::from(of.threshold[at]),
            rhythm: of.estimate.rhythm,
        };
        let out = |at: &usize| of.amplitude[*at] / of.threshold[*at].max(f32::MIN_POSITIVE);
        let most = of.between(from, to).max_by(|a, b| out(a).total_cmp(&out(b))).map(place);
        most.or_else(|| {
            let at = ((middle - of.first_per_min) / of.step_per_min).max(0.0);
            let (before, part) = (at as usize, at.fract());
            let (a, b) = (place(before.min(of.amplitude.len().checked_sub(1)?)), place((before + 1).min(of.amplitude.len() - 1)));
            let mix = |a: f64, b: f64| a + (b - a) * part;
            Some(Told { line: mix(a.line, b.line), noise: mix(a.noise, b.noise), threshold: mix(a.threshold, b.threshold), ..a })
        })
    }

    fn ticks(&self) -> Vec<Tick> {
        if self.spacing == Spacing::Linear {
            return strips::ticks(self.high, self.cells);
        }
        let decades = (-2..4).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10f64.powi(power)));
        let on_axis = decades.filter_map(|rate| Some((rate, self.cell(rate)?)));
        let mut ticks: Vec<Tick> = on_axis.map(|(rate, cell)| Tick { cell, text: plain(rate) }).collect();
        if let Some(first) = ticks.first_mut() {
            first.text.push_str(" /min");
        }
        ticks
    }
}

/// From amplitudes to heights.
struct Amplitudes {
    low: f64,
    high: f64,
}

impl Amplitudes {
    fn of(columns: &[Option<Told>]) -> Self {
        let told = || columns.iter().flatten();
        let high = told().map(|told| told.line.max(told.threshold)).fold(0.0, f64::max).max(1e-9) * HEADROOM;
        let low = told().map(|told| told.noise).filter(|noise| *noise > 0.0).fold(f64::INFINITY, f64::min);
        // By halves of a decade, so that it stands still.
        let step = |value: f64, up: bool| {
            let halves = value.log10() * 2.0;
            10f64.powf(if up { halves.ceil() } else { halves.floor() } / 2.0)
        };
        let high = step(high, true);
        Self { low: step(low.min(high), false).clamp(high / MOST_SPAN, high / LEAST_SPAN), high }
    }

    fn height(&self, value: f64) -> f32 {
        let height = (value.max(f64::MIN_POSITIVE) / self.low).ln() / (self.high / self.low).ln();
        height.clamp(0.0, 1.0) as f32
    }

    /// Powers of ten, and their halves where there is room.
    fn labels(&self, rows: u16) -> Vec<(f32, String)> {
        let decades = (self.high / self.low).log10();
        let digits: &[f64] = if f64::from(rows) >= 6.0 * decades { &[1.0, 3.0] } else { &[1.0] };
        let powers = -9..12;
        let all = powers.flat_map(|power| digits.iter().map(move |digit| digit * 10f64.powi(power)));
        let shown = all.filter(|value| (self.low * 0.999..=self.high * 1.001).contains(value));
        shown.map(|value| (self.height(value), plain(value))).collect()
    }
}

/// 0.05, 3, 2000.
fn plain(value: f64) -> String {
    let text = number(value, value);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// The figures with evidence at their rates, then the lines that are no rhythm's.
fn peaks(spectra: &[&Spectrum], (rates, scale): (&Rates, &Amplitudes), columns: &[Option<Told>], plot: Area) -> Vec<PeakLabel> {
    let mut wanted: Vec<(f64, String, Tone)> = Vec::new();
    for spectrum in spectra {
        let Some(figure) = spectrum.estimate.present() else { continue };
        let rate = figure.rate.value;
        let word = Evidence::of(figure.p).max(Evidence::Present).word();
        let of = spectrum.peaks.iter().find(|peak| (peak.rate / rate - 1.0).abs() < OF_FIGURE);
        let text = format!("{} {word}{}", figures::rate(rate), of.map_or("", |peak| told_by(peak)));
        wanted.push((rate, text, Tone::Of(spectrum.estimate.rhythm)));
    }
    let figures = wanted.len();
    for spectrum in spectra {
        let shown = |rate: f64| {
            rates.cell(rate).and_then(|cell| columns[usize::from(cell) * 2]).is_some_and(|told| told.rhythm == spectrum.estimate.rhythm)
        };
        for peak in spectrum.peaks.iter().filter(|peak| shown(peak.rate)) {
            let known = wanted[..figures].iter().any(|(rate, ..)| (peak.rate / rate - 1.0).abs() < OF_FIGURE);
            if !known {
                wanted.push((peak.rate, figures::rate(peak.rate), Tone::Dim));
            }
        }
    }
    let mut placed: Vec<PeakLabel> = Vec::new();
    for (rate, text, tone) in wanted {
        let Some(cell) = rates.cell(rate) else { continue };
        let near = columns.iter().take(usize::from(cell) * 2 + 4).skip((usize::from(cell) * 2).saturating_sub(2)).flatten();
        let top = near.map(|told| scale.height(told.line)).fold(0.0, f32::max);
        if let Some(label) = free(&placed, (cell, top), (text, tone), plot) {
            placed.push(label);
        }
    }
    placed
}

fn told_by(peak: &Peak) -> &'static str {
    match peak.way {
        Way::Whole => "",
        Way::Pieces(_) => ", wanders",
        Way::Double => ", with its double",
    }
}

/// The row above a peak, or the first free one above that.
fn free(placed: &[PeakLabel], (cell, top): (u16, f32), (text, tone): (String, Tone), plot: Area) -> Option<PeakLabel> {
    let wide = u16::try_from(text.chars().count()).ok().filter(|wide| *wide <= plot.w)?;
    let first = cell.saturating_sub(wide / 2).min(plot.w - wide);
    let row = (f32::from(plot.h) * (1.0 - top)) as u16;
    let meets = |row: u16, other: &PeakLabel| {
        let end = other.cell + other.text.chars().count() as u16;
        other.row == row && first <= end && other.cell <= first + wide
    };
    let rows = (0..=row.saturating_sub(1).min(plot.h.saturating_sub(1))).rev();
    let row = rows.into_iter().find(|row| !placed.iter().any(|other| meets(*row, other)))?;
    Some(PeakLabel { cell: first, row, text, tone })
}

fn ranges(app: &App, spectra: &[&Spectrum], (rates, bands): (&Rates, Area)) -> Vec<RangeMark> {
    let mark = |rhythm: Rhythm| {
        let of = app.settings.of(rhythm);
        let (from, to) = (of.low_per_min.max(rates.low), of.high_per_min.min(rates.high));
        let (first, last) = (rates.cell(from)?, rates.cell(to).filter(|_| from < to)?);
        let row = bands.row(u16::from(rhythm == Rhythm::Breath));
        let area = row.right_of(first).left(last - first + 1);
        let window = spectra.iter().find(|spectrum| spectrum.estimate.rhythm == rhythm).map_or(of.window, |of| of.estimate.window);
        let (long, short) = (format!("{} {:.0} s", rhythm.word(), window.0), rhythm.word().to_owned());
        let text = if long.len() + 4 <= usize::from(area.w) { long } else { short };
        (bands.h > 0).then_some(RangeMark { area, rhythm, text })
    };
    Rhythm::ALL.into_iter().filter(|rhythm| app.settings.of(*rhythm).enabled).filter_map(mark).collect()
}
