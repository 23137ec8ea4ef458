//! What was found, in plain sentences: also where nothing was.

use super::{Lead, Remarks, Session, Tapped, text};
use crate::rhythm::{Evidence, Flag, Locking, Rhythm, Settings, SideSummary, Summary};
use crate::signal::Kind;

/// A paragraph of the summary.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Of which rhythm it is; none for what is of the whole session.
    pub rhythm: Option<Rhythm>,
    /// Its first words, which stand out.
    pub head: String,
    /// The figure, which stands out too, with what is said before it; none where there is none.
    pub figure: Option<(&'static str, String)>,
    /// Sentences; where there is a figure the first goes on from it.
    pub text: String,
}

impl Finding {
    /// All of it but its head, as one text.
    pub fn sentences(&self) -> String {
        let figure = self.figure.as_ref().map_or_else(String::new, |(before, figure)| format!("{before} {figure}"));
        format!("{figure}{}", self.text)
    }
}

/// All of them, in the order of the program's screen.
pub fn all(session: &Session, settings: &Settings) -> Vec<Finding> {
    let mut all: Vec<Finding> = Vec::new();
    for lead in &session.leads {
        all.extend(lead.channels.iter().map(|channel| of_rhythm(session, settings, (lead, *channel))));
        if lead.rhythm == Rhythm::Cranial {
            all.extend(session.sides.as_ref().map(|(left, right, of)| of_sides(session, (*left, *right), of)));
            all.extend(stills(session, lead));
            all.extend(session.tapped().map(|tapped| of_taps(session, tapped)));
        }
    }
    all
}

fn of_rhythm(session: &Session, settings: &Settings, (lead, channel): (&Lead, usize)) -> Finding {
    let rhythm = lead.rhythm;
    let name = session.channel(channel);
    let head = format!("{}, {name}", heading(rhythm));
    let finding = |figure, text| Finding { rhythm: Some(rhythm), head, figure, text };
    let (Some(summary), Some(remarks)) = (session.summary(channel, rhythm), session.remarks(channel, rhythm)) else {
        return finding(None, format!("No window was whole: it takes {} s of signal.", settings.of(rhythm).window.0));
    };
    if summary.windows == 0 {
        return finding(None, without_window(session, settings, (rhythm, remarks)));
    }
    let chance = text::expected(settings.threshold * summary.windows as f64);
    let windows = format!("{} of {}", text::thousands(summary.windows_present as u64), text::count(summary.windows, "window"));
    let counted = format!("in {windows}; {chance} are expected by chance");
    let only = if lead.of > lead.channels.len() {
        format!(" It is the one of {} channels in which it was there most often.", lead.of)
    } else {
        String::new()
    };
    if !summary.present {
        let p = summary.p.map_or_else(String::new, |p| format!(" (p = {})", text::probability(p)));
        let told =
            if summary.windows_present == 0 { format!("It was there {counted}") } else { format!("It seemed to be there {counted}") };
        return finding(None, format!("None that can be told from noise{p}. {told}.{only}"));
    }
    let Some((rate, amplitude)) = summary.rate.zip(summary.amplitude) else {
        return finding(None, format!("It was there {counted}."));
    };
    let unit = session.unit(channel);
    let size = format!("{}{}", text::amplitude(amplitude), if unit.is_empty() { String::new() } else { format!(" {unit}") });
    let even = summary.regularity.map_or_else(String::new, |even| format!(", with a regularity of {}", text::decimal(even, 2)));
    let evidence = summary.p.map_or("present", |p| Evidence::of(p).word());
    let digits = text::rate_digits(rate);
    let interval = text::range(rate, digits);
    let warnings = warnings(summary, remarks);
    let said = format!(" ({interval}) was there {counted} ({evidence}). It moved by {size} from peak to trough{even}.{warnings}{only}");
    finding(Some(("A rhythm of", format!("{} /min", text::decimal(rate.value, digits)))), said)
}

/// What a rhythm is called at the beginning of a line.
pub fn heading(rhythm: Rhythm) -> &'static str {
    match rhythm {
        Rhythm::Tide => "Tide",
        Rhythm::Cranial => "Cranial rhythm",
        Rhythm::Breath => "Breath",
        Rhythm::Pulse => "Pulse",
    }
}

fn without_window(session: &Session, settings: &Settings, (rhythm, remarks): (Rhythm, &Remarks)) -> String {
    let window = settings.of(rhythm).window.0;
    let long = session.rate.duration(session.part.frames()).0;
    if remarks.windows == 0 {
        return format!("Not told: it takes a window of {window} s, and there are {} s.", text::decimal(long.floor(), 0));
    }
    let why = |flag: Flag| remarks.without[position(flag)] > 0;
    let reasons: Vec<String> = Flag::ALL.into_iter().filter(|flag| why(*flag)).filter_map(reason).map(str::to_owned).collect();
    let because = if reasons.is_empty() { String::new() } else { format!(": {}", text::list(&reasons)) };
    format!("Not told: none of {} could be judged{because}.", text::count(remarks.windows, "window"))
}

/// Why a window has no figure.
fn reason(flag: Flag) -> Option<&'static str> {
    match flag {
        Flag::Gap => Some("samples are missing"),
        Flag::Flat => Some("the trace does not move"),
        Flag::SlowDevice => Some("the device is too slow for this rhythm"),
        Flag::Quantised => Some("the trace moves in steps as large as the rhythm"),
        Flag::Clipped => Some("the sensor is at its limit"),
        Flag::NearBreath
        | Flag::NearBreathHarmonic
        | Flag::SharedWithBreath
        | Flag::BreathOrCranial
        | Flag::MainsAlias
        | Flag::PulseAlias => None,
    }
}

/// What is to be known before the figure is believed: flags of more than a tenth of the windows.
fn warnings(summary: &Summary, remarks: &Remarks) -> String {
    let of = |flag: Flag| {
        let many = remarks.present[position(flag)];
        let words = warning(flag).filter(|_| many * 10 > summary.windows_present)?;
        Some(format!(" In {} of these windows {words}.", text::thousands(many as u64)))
    };
    Flag::ALL.into_iter().filter_map(of).collect()
}

/// What a flag says of windows with a figure.
pub fn warning(flag: Flag) -> Option<&'static str> {
    match flag {
        Flag::NearBreath => Some("it lies so close to the breath, or to what that waxes and wanes by, that it may be the breath"),
        Flag::NearBreathHarmonic => Some("it lies at a half, a third or a multiple of the breath and may come from it"),
        Flag::SharedWithBreath => Some("there was one rhythm only, which may be breath or cranial"),
        Flag::BreathOrCranial => Some("there were two rhythms where both breath and cranial may be, and which is which is a guess"),
        Flag::SlowDevice => Some("the device was too slow for this rhythm"),
        Flag::MainsAlias => Some("hum from the mains would appear at this rate"),
        Flag::PulseAlias => Some("the device was so slow that a pulse would appear at this rate"),
        Flag::Clipped => Some("the sensor was at its limit"),
        Flag::Quantised => Some("the trace moved in steps as large as the rhythm"),
        Flag::Flat | Flag::Gap => None,
    }
}

fn position(flag: Flag) -> usize {
    Flag::ALL.iter().position(|other| *other == flag).unwrap_or(0)
}

/// Left against right: a difference only where the interval leaves no doubt of one.
fn of_sides(session: &Session, (left, right): (usize, usize), of: &SideSummary) -> Finding {
    let (left, right, ratio, lag) = (session.channel(left), session.channel(right), of.amplitude_ratio, of.lag);
    let size = match ratio {
        ratio if ratio.low > 1.0 => format!("{left} moves {} times as far as {right}", text::with_interval(ratio, 2)),
        ratio if ratio.high < 1.0 => format!("{left} moves {} times as far as {right}, which is less", text::with_interval(ratio, 2)),
        ratio => format!("{left} and {right} move equally far, as far as can be told: {} times", text::with_interval(ratio, 2)),
    };
    let when = match lag {
        lag if lag.low > 0.0 => format!("{right} follows by {} s", text::with_interval(lag, 2)),
        lag if lag.high < 0.0 => format!("{left} follows, lag {} s", text::with_interval(lag, 2)),
        lag => format!("neither comes first, as far as can be told: lag {} s", text::with_interval(lag, 2)),
    };
    let together = text::with_interval(of.coherence, 2);
    let windows = text::count(of.windows, "window");
    let text = format!("{size}; {when}. Coherence {together}. Medians of the {windows} in which both sides could be compared.");
    Finding { rhythm: Some(Rhythm::Cranial), head: "Left and right".to_owned(), figure: None, text }
}

/// Still points, found and marked.
fn stills(session: &Session, lead: &Lead) -> Option<Finding> {
    let marked = session.annotations.iter().filter(|a| a.kind == Kind::StillPoint).count();
    let told = |channel: &usize| {
        let own: Vec<f64> = session.stills.iter().filter(|still| still.channel == *channel).map(|still| still.length().0).collect();
        (!own.is_empty()).then(|| {
            let all = own.iter().sum::<f64>();
            format!("{}: {}, {} s in all", session.channel(*channel), text::count(own.len(), "still point"), text::decimal(all, 0))
        })
    };
    let found: Vec<String> = lead.channels.iter().filter_map(told).collect();
    let by_hand = if marked == 0 { String::new() } else { format!(" Marked by hand or accepted: {marked}.") };
    let present = lead.channels.iter().any(|channel| session.summary(*channel, lead.rhythm).is_some_and(|summary| summary.present));
    let text = match (found.is_empty(), present, marked) {
        (true, false, 0) => return None,
        (true, ..) => format!("None was found.{by_hand}"),
        (false, ..) => format!("Found in {}.{by_hand}", found.join("; ")),
    };
    Some(Finding { rhythm: Some(Rhythm::Cranial), head: "Still points".to_owned(), figure: None, text })
}

fn of_taps(session: &Session, tapped: &Tapped) -> Finding {
    let felt = &tapped.felt;
    let finding = |figure, text| Finding { rhythm: Some(Rhythm::Cranial), head: "Felt by hand".to_owned(), figure, text };
    if felt.too_few() {
        return finding(
            None,
            format!("{}: too few to tell anything; {} are needed.", text::count(felt.taps, "tap"), crate::rhythm::FEWEST_TAPS),
        );
    }
    let figure = felt.rate.map(|rate| ("A rhythm of", format!("{} /min", text::decimal(rate.value, text::rate_digits(rate)))));
    let many = text::count(felt.taps, "tap");
    let begin = felt.rate.map_or_else(|| many.clone(), |rate| format!(" ({}) in {many}", text::range(rate, text::rate_digits(rate))));
    let beside = felt.ratio().zip(felt.measured_per_min).map_or_else(String::new, |(ratio, measured)| {
        let (ratio, measured, name) = (text::decimal(ratio, 2), text::decimal(measured, 1), session.channel(tapped.channel));
        format!(", {ratio} times the {measured} /min that were measured in {name}")
    });
    let locked = felt.locking.map_or_else(|| "At too few of them the measured rhythm was there.".to_owned(), |locking| locked(&locking));
    finding(figure, format!("{begin}{beside}. {locked}"))
}

/// How the taps keep to the measured rhythm.
fn locked(locking: &Locking) -> String {
    let (value, p, ratio) = (text::decimal(locking.value, 2), text::probability(locking.p), locking.ratio.word());
    let offset = text::decimal(locking.offset.0, 2);
    let keeps = if locking.p < 0.01 {
        format!("The taps keep to the measured rhythm at {ratio}, on average {offset} s after its crest")
    } else {
        format!("That they keep to the measured rhythm cannot be told from somebody who ignores it (best at {ratio})")
    };
    format!("{keeps}; locking value {value}, p = {p}.")
}
