//! Which text format some lines are of: each is tried, and the most specific that decodes them wins.

use super::columns::{Column, Columns, Field, Place};
use super::delimited::{Delimited, Separator};
use super::json::Json;
use super::labelled::{self, Was};
use super::pulse::{self, Pulse};
use super::roles::{Roles, roles};
use super::succession::Rules;
use super::teleplot::{self, Teleplot};
use super::text::{Syntax, Text, holds_number};
use super::told::Told;
use super::words::Words;
use super::{StampUnit, WireChannel};

/// The text formats, the most specific first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Json,
    Teleplot,
    Pulse,
    Labelled,
    Delimited,
    Words,
}

impl Kind {
    pub(super) const ALL: [Self; 6] = [Self::Json, Self::Teleplot, Self::Pulse, Self::Labelled, Self::Delimited, Self::Words];

    /// The word of `--format` and of the screen.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Teleplot => "teleplot",
            Self::Pulse => "pulsesensor",
            Self::Labelled => "labelled",
            Self::Delimited => "delimited",
            Self::Words => "words",
        }
    }

    /// Whether each value stands beside its name; else its place tells the column.
    fn names_values(self) -> bool {
        match self {
            Self::Json | Self::Teleplot | Self::Pulse | Self::Labelled => true,
            Self::Delimited | Self::Words => false,
        }
    }

    /// The latest lines that must agree before it is believed.
    fn needed(self) -> usize {
        if self == Self::Words { 6 } else { 3 }
    }
}

/// So many lines that it decodes are believed too, where they are so large a part of all: a device may say something else after each.
const MANY: usize = 8;
const OFTEN: f64 = 0.4;

/// A format, and how well it does.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) kind: Kind,
    /// The layout, where the format has one.
    layout: Option<Delimited>,
    words: Option<Words>,
    /// Which part of the lines it decodes, from the first on that it does.
    pub(super) share: f64,
    /// How many it decodes.
    pub(super) fits: usize,
    /// How many of the latest in a row.
    run: usize,
}

/// A recognised text format.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) text: Text,
    pub(super) format: String,
    pub(super) stamp: Option<StampUnit>,
    pub(super) counter: bool,
    pub(super) best: Candidate,
    pub(super) runner_up: Option<(&'static str, f64)>,
}

/// Looks at lines in their order, `None` for one that is no text. `ending` is true where no more will come.
pub(super) fn candidates(lines: &[Option<&str>], kinds: &[Kind], ending: bool) -> (Option<Candidate>, Option<(&'static str, f64)>) {
    let all: Vec<Candidate> = kinds.iter().filter_map(|kind| Candidate::of(*kind, lines)).collect();
    let believed = |one: &&Candidate| ending || one.run >= one.kind.needed() || (one.fits >= MANY && one.share >= OFTEN);
    let most = all.iter().filter(believed).map(|one| one.share).fold(0.0, f64::max);
    let best = all.iter().filter(believed).find(|one| one.share >= 0.9 * most).cloned();
    let rest = all.iter().filter(|one| best.as_ref().is_some_and(|best| best.kind != one.kind));
    let next = rest.max_by(|a, b| a.share.total_cmp(&b.share)).map(|one| (one.kind.word(), one.share));
    (best, next)
}

impl Candidate {
    fn of(kind: Kind, lines: &[Option<&str>]) -> Option<Self> {
        let latest = || lines.iter().rev().flatten();
        let layout = if kind == Kind::Delimited { Some(latest().find_map(|line| Delimited::of(line))?) } else { None };
        let words = if kind == Kind::Words { Some(latest().find_map(|line| Words::of(line))?) } else { None };
        let mut candidate = Self { kind, layout, words, share: 0.0, fits: 0, run: 0 };
        let first = lines.iter().position(|line| line.is_some_and(|line| candidate.decodes(line)))?;
        let mut looked_at = 0_usize;
        for line in lines.iter().skip(first) {
            // What a device says to people counts neither way.
            if kind == Kind::Teleplot && line.is_none_or(|line| !line.starts_with('>')) {
                continue;
            }
            let fits = line.is_some_and(|line| candidate.decodes(line));
            if !fits && line.is_some_and(|line| !holds_number(line)) {
                continue;
            }
            looked_at += 1;
            candidate.fits += usize::from(fits);
            candidate.run = if fits { candidate.run + 1 } else { 0 };
        }
        candidate.share = candidate.fits as f64 / looked_at.max(1) as f64;
        Some(candidate)
    }

    fn decodes(&self, line: &str) -> bool {
        match self.kind {
            Kind::Json => Json::fits(line),
            Kind::Teleplot => teleplot::parse(line).is_ok(),
            Kind::Pulse => pulse::parse(line).is_some(),
            Kind::Labelled => labelled::fits(line),
            Kind::Delimited => Delimited::of(line).is_some_and(|layout| self.layout == Some(layout)),
            Kind::Words => self.words.as_ref().is_some_and(|words| words.fits(line)),
        }
    }

    /// Lays out the columns by the lines; `None` while they may yet show more.
    pub(super) fn found(self, lines: &[Option<&str>], ending: bool, told: &mut Told) -> Option<Found> {
        let fitting: Vec<&str> = lines.iter().flatten().copied().filter(|line| self.decodes(line)).collect();
        match self.kind {
            Kind::Teleplot => self.teleplot(&fitting, ending, told),
            Kind::Pulse => self.pulse(&fitting, ending, told),
            _ => self.columns(lines, &fitting, (ending, told)),
        }
    }

    fn teleplot(self, lines: &[&str], ending: bool, told: &mut Told) -> Option<Found> {
        let parsed: Vec<_> = lines.iter().filter_map(|line| teleplot::parse(line).ok()).collect();
        // All channels have come twice when the first comes for the third time; a name that has come once is noise then.
        let times = |name: &str| parsed.iter().filter(|line| line.name() == name).count();
        let whole = times(parsed.first()?.name()) > 2;
        (whole || ending || lines.len() > 30).then_some(())?;
        let mut teleplot = Teleplot::default();
        parsed.iter().filter(|line| !whole || ending || times(line.name()) > 1).for_each(|line| {
            teleplot.place(line, told);
        });
        let stamped = parsed.iter().any(teleplot::Line::is_stamped);
        let stamp = stamped.then(|| StampUnit::of("ms", "the format says so"));
        Some(self.with(Text::new(Syntax::Teleplot(teleplot), Columns::default()), "teleplot".to_owned(), (stamp, false), told))
    }

    fn pulse(self, lines: &[&str], ending: bool, told: &mut Told) -> Option<Found> {
        let letters = || lines.iter().filter_map(|line| pulse::parse(line)).map(|(letter, _)| letter);
        let samples = || letters().filter(|letter| *letter == b'S' || letter.is_ascii_lowercase());
        let first = samples().next()?;
        (ending || samples().filter(|letter| *letter == first).count() > 2).then_some(())?;
        let often = |letter: &u8| ending || letters().filter(|other| other == letter).count() > 1;
        let pulse = Pulse::of(letters().filter(often), told);
        Some(self.with(Text::new(Syntax::Pulse(pulse), Columns::default()), "pulsesensor".to_owned(), (None, false), told))
    }

    fn columns(self, lines: &[Option<&str>], fitting: &[&str], (ending, told): (bool, &mut Told)) -> Option<Found> {
        let (syntax, columns, format) = match (self.kind, self.layout, &self.words) {
            (Kind::Delimited, Some(layout), _) => {
                let columns = self.header(lines, layout).unwrap_or_else(|| Columns::unnamed(layout.fields));
                (Syntax::Delimited(layout), columns, format!("delimited ({})", layout.separator.word()))
            }
            (Kind::Words, _, Some(words)) => {
                (Syntax::Words(words.clone()), Columns { list: words.columns() }, "words and numbers".to_owned())
            }
            (Kind::Json, ..) => (Syntax::Json(Json::default()), Columns::default(), "json".to_owned()),
            (Kind::Labelled, ..) => (Syntax::Labelled, Columns::default(), "labelled".to_owned()),
            // The first two have a layout by now, the others no columns.
            (Kind::Delimited | Kind::Words | Kind::Teleplot | Kind::Pulse, ..) => return None,
        };
        let mut text = Text::new(syntax, columns);
        let mut rows: Vec<Vec<Field>> = fitting.iter().filter_map(|line| values(&mut text, line)).collect();
        let by_place = !self.kind.names_values();
        if !by_place && !ending {
            forget_rare(&mut text.columns, &mut rows);
        }
        let roles = roles(&text.columns.list, &rows);
        if roles.undecided && !ending {
            return None;
        }
        let format = if by_place && is_pulse_plotter(&text, &rows) { "pulsesensor (plotter)".to_owned() } else { format };
        if format.starts_with("pulsesensor") {
            text.columns.list = ["device_bpm [/min]", "device_ibi_ms [ms]", "pulse"].map(Column::called).to_vec();
        }
        place(&mut text.columns, &roles, (by_place, told));
        Some(self.with(text, format, (roles.stamp.map(|stamp| stamp.1), roles.counter.is_some()), told))
    }

    fn with(self, text: Text, format: String, (stamp, counter): (Option<StampUnit>, bool), told: &mut Told) -> Found {
        told.rules(Rules { modulo: None, tick: stamp.as_ref().map_or(1.0, |stamp| stamp.tick) });
        Found { text, format, stamp, counter, best: self, runner_up: None }
    }

    /// The names in the line right before the first numbers.
    fn header(&self, lines: &[Option<&str>], layout: Delimited) -> Option<Columns> {
        let first = lines.iter().position(|line| line.is_some_and(|line| self.decodes(line)))?;
        let list = layout.header(lines.get(first.checked_sub(1)?).copied().flatten()?)?;
        Some(Columns { list })
    }
}

/// The values of a line.
fn values(text: &mut Text, line: &str) -> Option<Vec<Field>> {
    let (was, fields) = text.read(line).ok()?;
    (was == Was::Values).then(|| fields.to_vec())
}

/// Forgets names that have come once: noise makes names too. What is none comes again.
fn forget_rare(columns: &mut Columns, rows: &mut [Vec<Field>]) {
    let times = |at: usize| rows.iter().flatten().filter(|field| field.0 == at).count();
    let kept: Vec<usize> = (0..columns.list.len()).filter(|at| times(*at) > 1).collect();
    columns.list = kept.iter().filter_map(|at| columns.list.get(*at).cloned()).collect();
    for row in rows {
        row.retain(|field| kept.contains(&field.0));
        row.iter_mut().for_each(|field| field.0 = kept.iter().position(|at| *at == field.0).unwrap_or(0));
    }
}

/// Gives each column its place: by its name, or by its position where the lines name nothing for sure.
fn place(columns: &mut Columns, roles: &Roles, (by_position, told): (bool, &mut Told)) {
    let mut taken = Vec::new();
    for (at, column) in columns.list.iter_mut().enumerate() {
        column.place = if roles.stamp.as_ref().is_some_and(|stamp| stamp.0 == at) {
            Place::Stamp
        } else if roles.counter == Some(at) {
            Place::Counter
        } else if by_position {
            let place = told.channel_at(&column.channel, &taken);
            taken.push(place);
            Place::Channel(place)
        } else {
            Place::Channel(told.channel(&column.channel))
        };
    }
}

/// PulseSensor's lines for the serial plotter are `BPM,IBI,Signal`: the first two are one figure, nearly.
fn is_pulse_plotter(text: &Text, rows: &[Vec<Field>]) -> bool {
    let Syntax::Delimited(Delimited { separator: Separator::Comma, fields: 3 }) = text.syntax else { return false };
    let unnamed = text.columns.list.iter().all(|column| column.channel == WireChannel { name: None, unit: String::new() });
    let fits = |row: &Vec<Field>| match row[..] {
        [(_, bpm), (_, interval), (_, signal)] => {
            let whole = [bpm, interval, signal].iter().all(|value| value.fract() == 0.0 && *value > 0.0);
            whole && (20.0..=250.0).contains(&bpm) && (bpm * interval / 60_000.0 - 1.0).abs() < 0.2
        }
        _ => false,
    };
    unnamed && rows.iter().all(fits) && !rows.is_empty()
}

#[cfg(test)]
mod tests {
    use crate::wire::{Event, Wire};

    /// The names of the channels of a stream that is over, and the values of its frames.
    fn heard(text: &str) -> (Vec<String>, Vec<Vec<f32>>) {
        let (mut names, mut frames) = (Vec::new(), Vec::new());
        let mut take = |event: Event<'_>| match event {
            Event::Channels(channels) => names = channels.iter().filter_map(|channel| channel.name.clone()).collect(),
            Event::Frame(frame) => frames.push(frame.values.to_vec()),
            Event::Seen(_) | Event::Fault(_) => {}
        };
        let mut wire = Wire::default();
        wire.push(text.as_bytes(), &mut take);
        wire.finish(&mut take);
        (names, frames)
    }

    #[test]
    fn a_name_that_noise_has_made_among_the_first_teleplot_lines_is_no_channel() {
        let (names, frames) = heard(">left:1\n>kleft:9\n>right:2\n>left:3\n>right:4\n>left:5\n>right:6\n");
        assert_eq!((names, frames.last()), (vec!["left".to_owned(), "right".to_owned()], Some(&vec![5.0, 6.0])));
    }

    #[test]
    fn a_single_line_names_its_channels_where_no_more_comes() {
        for line in ["left:1,right:2\n", "{\"left\":1,\"right\":2}\n", ">left:1\n>right:2\n"] {
            assert_eq!(heard(line), (vec!["left".to_owned(), "right".to_owned()], vec![vec![1.0, 2.0]]), "{line}");
        }
    }
}
