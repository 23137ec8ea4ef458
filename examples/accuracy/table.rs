//! The lines of the table: a figure, its 95 % interval, what it must reach, and whether it does.

use std::fmt::Write as _;

use crate::work::Source;

/// What a figure must reach, in the figure's own unit (shares from 0 to 1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// At least this.
    AtLeast(f64),
    /// At most this.
    AtMost(f64),
    /// From the one to the other.
    Between(f64, f64),
    /// None: the figure is for the reader.
    Told,
}

impl Goal {
    fn ends(self) -> (f64, f64) {
        match self {
            Self::AtLeast(low) => (low, f64::INFINITY),
            Self::AtMost(high) => (f64::NEG_INFINITY, high),
            Self::Between(low, high) => (low, high),
            Self::Told => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }
}

/// How a figure is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A share, written in per cent.
    Share,
    /// A number with a word after it.
    Of(&'static str),
}

impl Unit {
    fn write(self, value: f64) -> String {
        match self {
            Self::Share => format!("{:.2}", 100.0 * value),
            Self::Of(_) => format!("{value:.3}"),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Share => "%",
            Self::Of(word) => word,
        }
    }
}

/// A figure with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    /// The figure.
    pub figure: f64,
    /// Its interval's ends.
    pub interval: (f64, f64),
    /// How many windows, or recordings, it was told from.
    pub of: usize,
    unit: Unit,
}

impl Value {
    /// The share of hits with Wilson's interval.
    pub fn share(hits: usize, of: usize) -> Self {
        Self::overlapping(hits, of, 1.0)
    }

    /// The same where the windows overlap: only one in `overlap` of them is taken as independent.
    pub fn overlapping(hits: usize, of: usize, overlap: f64) -> Self {
        let figure = hits as f64 / of.max(1) as f64;
        Self { figure, interval: wilson(figure, (of as f64 / overlap).max(1.0)), of, unit: Unit::Share }
    }

    /// The root of the mean square of errors in units of `scale`, with the interval that resampling them gives (Efron 1979, Ann. Stat. 7:1).
    pub fn rms(errors: &[f64], scale: f64, source: &mut Source) -> Self {
        const TIMES: usize = 400;
        let n = errors.len();
        let root = |squares: f64| (squares / n.max(1) as f64).sqrt() / scale;
        let mut again: Vec<f64> =
            (0..TIMES).map(|_| root((0..n).map(|_| errors[(source.uniform(0.0, n as f64) as usize).min(n - 1)].powi(2)).sum())).collect();
        again.sort_by(f64::total_cmp);
        let interval = (again[TIMES / 40], again[TIMES - 1 - TIMES / 40]);
        Self { figure: root(errors.iter().map(|e| e * e).sum()), interval, of: n, unit: Unit::Of("× CRB") }
    }

    /// A quantile, its interval from the order statistics; one in `overlap` of the values is taken as independent.
    pub fn quantile(values: &[f64], share: f64, (unit, overlap): (Unit, f64)) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let half = 1.96 * (share * (1.0 - share) * overlap / sorted.len().max(1) as f64).sqrt();
        let at = |share: f64| {
            let last = sorted.len().saturating_sub(1) as f64;
            sorted.get((share.clamp(0.0, 1.0) * last).round() as usize).copied().unwrap_or(f64::INFINITY)
        };
        Self { figure: at(share), interval: (at(share - half), at(share + half)), of: values.len(), unit }
    }

    /// So many of something in so many units of something else, with the interval of a Poisson rate (score interval: Wilson's where each is rare).
    pub fn a_unit(count: usize, of: f64, unit: Unit) -> Self {
        let (z, n) = (1.96_f64, count as f64);
        let half = z * (n + z * z / 4.0).sqrt();
        let interval = ((n + z * z / 2.0 - half).max(0.0) / of, (n + z * z / 2.0 + half) / of);
        Self { figure: n / of, interval, of: of.round() as usize, unit }
    }

    /// A number that is what it is.
    pub fn exact(figure: f64, of: usize, unit: Unit) -> Self {
        Self { figure, interval: (figure, figure), of, unit }
    }

    /// Greatest distance of the distribution of p from p below 0.2, with the band of Dvoretzky, Kiefer, Wolfowitz and Massart (1990, Ann. Probab. 18:1269).
    pub fn distance(ps: &mut [f64]) -> Self {
        ps.sort_by(f64::total_cmp);
        let n = ps.len().max(1) as f64;
        let below = ps.iter().enumerate().take_while(|(_, p)| **p < 0.2);
        let at_steps = below.map(|(i, p)| (i as f64 / n - p).abs().max(((i + 1) as f64 / n - p).abs()));
        let at_end = (ps.iter().filter(|p| **p < 0.2).count() as f64 / n - 0.2).abs();
        let figure = at_steps.fold(at_end, f64::max);
        let band = ((2.0_f64 / 0.05).ln() / (2.0 * n)).sqrt();
        Self { figure, interval: ((figure - band).max(0.0), figure + band), of: ps.len(), unit: Unit::Of("") }
    }
}

/// Wilson's 95 % interval of a share (Wilson 1927, J. Am. Stat. Assoc. 22:209).
pub fn wilson(p: f64, n: f64) -> (f64, f64) {
    let z = 1.96_f64;
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// One line of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The row that it belongs to, as `--only` names it.
    pub row: &'static str,
    /// What was measured.
    pub what: String,
    /// How it came out.
    pub value: Value,
    /// What it must reach.
    pub goal: Goal,
    /// The curve it is a point of, and where on it.
    pub point: Option<(&'static str, f64)>,
}

impl Line {
    /// A line of a row.
    pub fn new(row: &'static str, what: impl Into<String>, value: Value, goal: Goal) -> Self {
        Self { row, what: what.into(), value, goal, point: None }
    }

    /// The same as a point of a curve.
    pub fn at(self, curve: &'static str, x: f64) -> Self {
        Self { point: Some((curve, x)), ..self }
    }

    /// Whether the figure itself reaches the goal.
    pub fn reached(&self) -> bool {
        let (low, high) = self.goal.ends();
        self.value.figure >= low && self.value.figure <= high
    }

    /// Whether the whole interval lies outside the goal, so that chance does not explain it.
    pub fn surely_missed(&self) -> bool {
        let (low, high) = self.goal.ends();
        self.value.interval.1 < low || self.value.interval.0 > high
    }

    fn verdict(&self) -> &'static str {
        match (self.goal, self.reached()) {
            (Goal::Told, _) => "",
            (_, true) => "ok",
            _ if self.surely_missed() => "MISSED",
            _ => "MISSED?",
        }
    }

    fn figure(&self) -> String {
        format!("{} {}", self.value.unit.write(self.value.figure), self.value.unit.word()).trim_end().to_owned()
    }

    fn interval(&self) -> String {
        let (low, high) = self.value.interval;
        if low == high { String::new() } else { format!("{}–{}", self.value.unit.write(low), self.value.unit.write(high)) }
    }

    fn goal(&self) -> String {
        let write = |value: f64| {
            let text = self.value.unit.write(value);
            if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
        };
        let unit = self.value.unit.word();
        let text = match self.goal {
            Goal::AtLeast(low) => format!("≥ {} {unit}", write(low)),
            Goal::AtMost(high) => format!("≤ {} {unit}", write(high)),
            Goal::Between(low, high) => format!("{}–{} {unit}", write(low), write(high)),
            Goal::Told => String::new(),
        };
        text.trim_end().to_owned()
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (row, what) = (self.row, &self.what);
        write!(f, "{row:<14} {what:<60} {:>13} {:>15} {:>14}  {}", self.figure(), self.interval(), self.goal(), self.verdict())
    }
}

/// The table as Markdown, one line a figure: with what it can be had again, from how many windows or recordings, and how it came out.
pub fn markdown(lines: &[Line], seed: u64, options: &str) -> String {
    let mut out = String::from("Each command after `cargo run --release --example accuracy --`.\n\n");
    out.push_str(
        "| row | what | command | seed | windows | figure | 95 % interval | goal | |\n|---|---|---|---:|---:|---:|---:|---:|---|\n",
    );
    for line in lines {
        let (row, what, of) = (line.row, line.what.replace('|', "\\|"), line.value.of);
        let (figure, interval, goal, verdict) = (line.figure(), line.interval(), line.goal(), line.verdict());
        let _ = writeln!(out, "| {row} | {what} | `--only {row}{options}` | {seed} | {of} | {figure} | {interval} | {goal} | {verdict} |");
    }
    out
}

/// Where the table stands in a document.
const BEGIN: &str = "<!-- accuracy -->\n";
const END: &str = "<!-- /accuracy -->";

/// A document with the table in its place, or the table alone where there is no place for it.
pub fn placed(document: Option<&str>, table: &str) -> String {
    let found = document.and_then(|text| {
        let (before, rest) = text.split_once(BEGIN)?;
        let (_, after) = rest.split_once(END)?;
        Some(format!("{before}{BEGIN}{table}{END}{after}"))
    });
    found.unwrap_or_else(|| table.to_owned())
}
