//! Left against right as it is drawn.

use super::Part;
use crate::app::layout::Area;
use crate::rhythm::Rhythm;

/// A Lissajous picture, and what it shows in words.
#[derive(Clone, Debug, PartialEq)]
pub struct SymmetryPane {
    /// Above all.
    pub title: Area,
    /// From the left of it.
    pub about: Vec<Part>,
    /// The picture: left goes across, right goes up; -1 to 1 in either direction.
    pub picture: Area,
    /// Where the two channels were, in the order of time.
    pub path: Vec<(f32, f32)>,
    /// The rhythm alone, by its figures: a closed line.
    pub fitted: Vec<(f32, f32)>,
    /// The rhythm.
    pub rhythm: Rhythm,
    /// Words at their places.
    pub words: Vec<(Area, Vec<Part>)>,
    /// Amplitudes of left and right as shares of the larger one, each with the room for its bar.
    pub bars: Vec<(Area, f32)>,
    /// Why there is none; in place of all else.
    pub empty: Option<Vec<String>>,
}
