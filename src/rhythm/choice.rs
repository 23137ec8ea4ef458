//! Where a rhythm's rate is taken from: its line, its cycles as they were followed, or its cycles as they were counted. Each fails in a way of its
//! own. A line that wanders slips where the trace tells of something else; a way through the periods goes on at its pace through a pause; counting
//! takes each hump for a cycle. So they are held against one another.

use super::count::Counted;
use super::period::Found;

/// Cycles that are followed are told where each is this alike to the next,
const ALIKE: f64 = 0.75;
/// or this much where they have the rate of a line whose phase may have slipped.
const LIKE: f64 = 0.65;
/// A line that is steady and cycles that are followed agree within this share of the rate.
pub const AGREE: f64 = 0.01;
/// Rates, or one rate and a harmonic of another, within this share are of one rhythm.
const SAME: f64 = 0.075;
/// Counted cycles are told against a line and what was followed where the finest count is less than so many times the coarsest.
const EVEN: f64 = 1.15;
/// A line with less than this share of the trace's energy is not what is counted.
const SLIGHT: f64 = 0.05;

/// A steady line with more than this share of the energy of a trace that is not wild is its rhythm as it is.
const MOST: f64 = 0.6;

/// Where a rhythm's rate comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Source {
    /// A line that is steady or follows its phase.
    Line,
    /// Its cycles, followed.
    Followed(Found),
    /// Its cycles, counted; cycles a sample.
    Counted(f64),
}

/// The line that was attributed to a rhythm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Own {
    /// Cycles a sample.
    pub rate: f64,
    /// Whether it keeps its frequency.
    pub steady: bool,
    /// Its share of the trace's energy.
    pub share: f64,
}

/// What was seen of a rhythm in a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// Its line, if there is one.
    pub own: Option<Own>,
    /// Its cycles, followed.
    pub found: Option<Found>,
    /// Its cycles, counted, where that is in the range.
    pub counted: Option<Counted>,
    /// Whether there is a candidate that is likelier than not, though no line was taken.
    pub faint: bool,
    /// Two rates are apart where they differ by more than this, cycles a sample: half a cycle of the window.
    pub apart: f64,
}

impl Seen {
    /// Where the rate is to be taken from.
    pub fn source(&self) -> Source {
        let told = self.told().filter(|_| !self.is_slight());
        match (told, self.counted) {
            (Some((source, rate)), Some(counted)) if self.is_lost(source, rate, counted) => Source::Counted(counted.rate),
            (Some((source, _)), _) => source,
            (None, Some(counted)) => Source::Counted(counted.rate),
            (None, None) if self.faint => Source::Line,
            (None, None) => self.found.map_or(Source::Line, Source::Followed),
        }
    }

    /// By how much cycles that are followed tell another rate than the steady line that is told in their place, cycles a sample.
    pub fn doubt(&self) -> f64 {
        let (Some(found), Some(own)) = (self.found, self.own) else { return 0.0 };
        let passed_over = is_most(found, own) && found.quality >= ALIKE && self.source() == Source::Line;
        if passed_over { (found.rate - own.rate).abs() } else { 0.0 }
    }

    /// What line and followed cycles tell together, and its rate.
    fn told(&self) -> Option<(Source, f64)> {
        match (self.found, self.own) {
            (Some(found), Some(own)) if own.steady && is_same(found.rate, own.rate, AGREE) => Some((Source::Line, own.rate)),
            (Some(found), Some(own)) if self.is_better(found, own) => Some((Source::Followed(found), found.rate)),
            (_, Some(own)) => Some((Source::Line, own.rate)),
            (Some(found), None) if found.quality >= ALIKE => Some((Source::Followed(found), found.rate)),
            _ => None,
        }
    }

    /// Whether followed cycles tell more than the line.
    fn is_better(&self, found: Found, own: Own) -> bool {
        let ratio = found.rate.max(own.rate) / found.rate.min(own.rate);
        let related = is_same(ratio, ratio.round(), SAME);
        let counted = self.counted.is_some_and(|counted| !self.is_apart(found.rate, counted.rate));
        let slipped = found.wild && !own.steady && found.quality >= LIKE && is_same(found.rate, own.rate, SAME);
        slipped || found.quality >= ALIKE && (found.wild || !is_most(found, own) && (related || counted))
    }

    /// Whether the line is too slight to be what was counted.
    fn is_slight(&self) -> bool {
        self.counted.is_some() && self.own.is_some_and(|own| own.share < SLIGHT)
    }

    /// Whether cycles were lost by what else tells the rate: there are as many however coarsely one counts, and a line that wanders may have
    /// slipped, or there is another number.
    fn is_lost(&self, source: Source, rate: f64, counted: Counted) -> bool {
        let wild = self.found.is_some_and(|found| found.wild);
        let wanders = source == Source::Line && self.own.is_some_and(|own| !own.steady);
        counted.spread < EVEN && !wild && (wanders || self.is_apart(rate, counted.rate))
    }

    fn is_apart(&self, a: f64, b: f64) -> bool {
        (a - b).abs() > self.apart
    }
}

/// Beside a steady line that is most of the trace, what repeats at nearly its rate does so together with another rhythm.
fn is_most(found: Found, own: Own) -> bool {
    own.steady && own.share > MOST && (found.rate.max(own.rate) / found.rate.min(own.rate)).round() == 1.0
}

/// Whether cycles are alike enough to be evidence of their own.
pub fn is_alike(found: Found) -> bool {
    found.quality >= ALIKE
}

fn is_same(a: f64, b: f64, within: f64) -> bool {
    (a / b - 1.0).abs() < within
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f64 = 0.05;
    const FOUND: Found = Found { rate: RATE, quality: 0.9, wild: false };
    const OWN: Own = Own { rate: RATE, steady: true, share: 0.5 };
    const COUNTED: Counted = Counted { rate: RATE, spread: 1.0 };
    const SEEN: Seen = Seen { own: Some(OWN), found: Some(FOUND), counted: Some(COUNTED), faint: false, apart: 0.0017 };

    #[test]
    fn a_steady_line_that_the_cycles_agree_with_tells() {
        assert_eq!(SEEN.source(), Source::Line);
    }

    #[test]
    fn cycles_tell_where_the_line_wanders() {
        let found = Found { rate: 0.0507, ..FOUND };
        assert_eq!(Seen { own: Some(Own { steady: false, ..OWN }), found: Some(found), ..SEEN }.source(), Source::Followed(found));
    }

    #[test]
    fn a_way_that_is_neither_the_line_nor_a_multiple_is_none() {
        let seen = Seen { found: Some(Found { rate: 0.75 * RATE, ..FOUND }), counted: None, ..SEEN };
        assert_eq!(seen.source(), Source::Line);
        let half = Found { rate: RATE / 2.0, ..FOUND };
        assert_eq!(Seen { found: Some(half), ..seen }.source(), Source::Followed(half));
    }

    #[test]
    fn what_repeats_near_a_steady_line_that_is_most_of_the_trace_is_that_and_another_together() {
        let found = Found { rate: 0.95 * RATE, ..FOUND };
        let seen = Seen { found: Some(found), own: Some(Own { share: 0.8, ..OWN }), counted: None, ..SEEN };
        assert_eq!(seen.source(), Source::Line);
        assert!((seen.doubt() - 0.05 * RATE).abs() < 1e-12, "and how far off they are is known");
        let slight = Seen { own: Some(Own { share: 0.3, ..OWN }), ..seen };
        assert_eq!((slight.source(), slight.doubt()), (Source::Followed(found), 0.0));
    }

    #[test]
    fn a_pause_is_in_the_count_and_not_on_the_way() {
        let seen = Seen { counted: Some(Counted { rate: 0.04, ..COUNTED }), ..SEEN };
        assert_eq!(seen.source(), Source::Counted(0.04));
    }

    #[test]
    fn a_count_that_depends_on_how_coarse_it_is_does_not_stand_against_a_line() {
        let seen = Seen { counted: Some(Counted { rate: 0.04, spread: 1.4 }), ..SEEN };
        assert_eq!(seen.source(), Source::Line);
        assert_eq!(Seen { own: None, found: None, ..seen }.source(), Source::Counted(0.04), "but where there is nothing else it does");
    }

    #[test]
    fn a_chance_line_is_not_what_is_counted() {
        let own = Own { rate: 0.11, share: 0.02, ..OWN };
        let found = Found { quality: 0.4, ..FOUND };
        let seen = Seen { own: Some(own), found: Some(found), counted: Some(Counted { spread: 1.3, ..COUNTED }), ..SEEN };
        assert_eq!(seen.source(), Source::Counted(RATE));
    }

    #[test]
    fn movements_are_passed_over_by_who_follows_and_not_by_who_counts() {
        let found = Found { rate: 0.048, quality: 0.7, wild: true };
        let own = Own { steady: false, ..OWN };
        let seen = Seen { own: Some(own), found: Some(found), counted: Some(Counted { rate: 0.04, ..COUNTED }), ..SEEN };
        assert_eq!(seen.source(), Source::Followed(found));
    }
}
