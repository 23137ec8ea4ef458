//! The taps of the hand, as a picture and in words.

use super::Part;
use crate::app::layout::Area;
use crate::rhythm::Rhythm;

/// The taps in place of the trace.
#[derive(Clone, Debug, PartialEq)]
pub struct TapsPane {
    /// For the rose.
    pub area: Area,
    /// Nothing where too few taps have a phase.
    pub rose: Option<Rose>,
    /// From the top.
    pub lines: Vec<(Area, Part)>,
}

/// Where in a felt cycle the taps stand, as petals: the first stands on top, about the crest, the others follow as on a clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Rose {
    /// How long each petal is, 0 to 1.
    pub petals: Vec<f32>,
    /// Angle of the mean vector from the top, in radians, and its length, 0 to 1: the phase-locking value.
    pub mean: Option<(f32, f32)>,
    /// Whose phase it is.
    pub rhythm: Rhythm,
    /// What top, right, foot and left stand for.
    pub marks: [String; 4],
}
