//! Blind stretches: what of the instrument a hand was kept from seeing, and from when to when. The program notes each change in the recording, in these
//! words, and what it has noted stays in the journal whatever becomes of the note.

use super::{Annotation, Kind, SampleIndex, Span};

/// What is to be seen of the instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// All of it.
    Open,
    /// The trace, not the figures.
    NoFigures,
    /// Neither figures nor trace.
    Nothing,
}

impl Sight {
    /// What the note says.
    pub fn words(self) -> &'static str {
        match self {
            Self::Open => "no longer blind",
            Self::NoFigures => "blind: the figures are hidden",
            Self::Nothing => "blind: figures and trace are hidden",
        }
    }

    /// What was hidden, in a word or two of files and lists.
    pub fn hidden(self) -> &'static str {
        match self {
            Self::Open => "nothing",
            Self::NoFigures => "figures",
            Self::Nothing => "figures and trace",
        }
    }

    /// What a note of the program says; `None` where it is of something else.
    pub fn of_note(note: &Annotation) -> Option<Self> {
        let told = [Self::Open, Self::NoFigures, Self::Nothing].into_iter().find(|sight| sight.words() == note.label);
        told.filter(|_| note.kind == Kind::Note)
    }
}

/// A stretch that was recorded blind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// Its frames.
    pub span: Span,
    /// What was to be seen all the same.
    pub sight: Sight,
}

/// The blind stretches between changes, each with its frame; the last one lasts to `end`. What lies beyond it is cut.
pub fn unseen(changes: &[(SampleIndex, Sight)], end: SampleIndex) -> Vec<Unseen> {
    let mut changes = changes.to_vec();
    changes.sort_by_key(|(at, _)| *at);
    let ends = changes.iter().skip(1).map(|(at, _)| *at).chain([end]);
    let stretches = changes.iter().zip(ends);
    let stretch = |((start, sight), end_of): (&(SampleIndex, Sight), SampleIndex)| Unseen {
        span: Span { start: *start, end: end_of.min(end) },
        sight: *sight,
    };
    stretches.map(stretch).filter(|of| of.sight != Sight::Open && of.span.start < of.span.end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_lasts_to_the_next_change_or_to_the_end() {
        let at = SampleIndex;
        let changes = [(at(100), Sight::NoFigures), (at(300), Sight::Nothing), (at(500), Sight::Open), (at(900), Sight::NoFigures)];
        let told =
            |end: u64| unseen(&changes, at(end)).iter().map(|of| (of.span.start.0, of.span.end.0, of.sight.hidden())).collect::<Vec<_>>();
        assert_eq!(told(1000), [(100, 300, "figures"), (300, 500, "figures and trace"), (900, 1000, "figures")]);
        assert_eq!(told(200), [(100, 200, "figures")]);
        assert_eq!(unseen(&[], at(1000)), []);
        let at_once = [(at(100), Sight::NoFigures), (at(100), Sight::Nothing), (at(300), Sight::Open)];
        let of_both = [Unseen { span: Span { start: at(100), end: at(300) }, sight: Sight::Nothing }];
        assert_eq!(unseen(&at_once, at(1000)), of_both, "what was changed again before a frame came was never in force");
    }
}
