//! Floor 5: a scene becomes cells. Drawing is a function of the scene and the theme; it reads nothing else.

use ratatui::Frame;

use crate::app::Scene;

mod theme;

pub use theme::{Colours, Glyphs, Ground, Theme};

/// Draws the whole screen.
pub fn draw(_frame: &mut Frame, _scene: &Scene, _theme: &Theme) {}
