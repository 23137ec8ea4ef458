//! Colours and glyphs. Accents are those of Okabe and Ito (2008, "Color Universal Design"), which the colour-blind can tell
//! apart, lightened or darkened for the ground; red is for recording and faults alone. No colour carries a meaning by itself.

use ratatui::style::{Color, Modifier, Style};

use crate::app::Tone;
use crate::rhythm::Rhythm;

/// What the terminal's ground is. It is never painted over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ground {
    /// Light letters on dark.
    #[default]
    Dark,
    /// Dark letters on light.
    Light,
}

/// What the terminal can show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colours {
    /// Any colour.
    #[default]
    Full,
    /// The sixteen that every terminal has.
    Sixteen,
    /// None: weight alone.
    None,
}

impl Colours {
    /// What the environment tells: `NO_COLOR` set to anything, `COLORTERM` and `TERM`.
    pub fn from_env(no_color: Option<&str>, colorterm: Option<&str>, term: Option<&str>) -> Self {
        let full =
            colorterm.is_some_and(|value| matches!(value, "truecolor" | "24bit")) || term.is_some_and(|value| value.ends_with("-direct"));
        match (no_color, term) {
            (Some(value), _) if !value.is_empty() => Self::None,
            (_, Some("dumb")) => Self::None,
            _ if full => Self::Full,
            _ => Self::Sixteen,
        }
    }
}

/// What the terminal's font can show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Glyphs {
    /// Braille, blocks, arrows.
    #[default]
    Unicode,
    /// Plain characters alone.
    Ascii,
}

/// How everything looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// The terminal's ground.
    pub ground: Ground,
    /// The terminal's colours.
    pub colours: Colours,
    /// The terminal's font.
    pub glyphs: Glyphs,
    /// Whether anything may be grey.
    pub contrast: Contrast,
}

/// How far letters stand out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Contrast {
    /// What matters less is grey.
    #[default]
    Usual,
    /// Nothing is grey but rules and scales, accents are as bright (or as dark) as they go and bold.
    High,
}

impl Theme {
    /// For a dark terminal with every colour.
    pub const DARK: Self = Self { ground: Ground::Dark, colours: Colours::Full, glyphs: Glyphs::Unicode, contrast: Contrast::Usual };
    /// For a light one.
    pub const LIGHT: Self = Self { ground: Ground::Light, ..Self::DARK };
    /// Without any colour.
    pub const MONO: Self = Self { colours: Colours::None, ..Self::DARK };
    /// For a dark terminal, nothing in grey.
    pub const CONTRAST: Self = Self { contrast: Contrast::High, ..Self::DARK };
    /// For a light one.
    pub const CONTRAST_LIGHT: Self = Self { contrast: Contrast::High, ..Self::LIGHT };

    /// The theme of a name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "dark" => Self::DARK,
            "light" => Self::LIGHT,
            "mono" => Self::MONO,
            "contrast" => Self::CONTRAST,
            "contrast-light" => Self::CONTRAST_LIGHT,
            _ => return None,
        })
    }

    /// The style of a text.
    pub fn tone(&self, tone: Tone) -> Style {
        match tone {
            Tone::Plain => Style::new(),
            Tone::Strong => Style::new().add_modifier(Modifier::BOLD),
            Tone::Dim => self.dim(),
            Tone::Trouble => self.red(),
            Tone::Recording => self.red().add_modifier(Modifier::BOLD),
            Tone::Of(rhythm) => self.rhythm(rhythm),
        }
    }

    /// The accent of a rhythm.
    pub fn rhythm(&self, rhythm: Rhythm) -> Style {
        let (dark, light, sixteen) = match rhythm {
            Rhythm::Cranial => ((0x56, 0xb4, 0xe9), (0x00, 0x5f, 0xa3), (Color::LightCyan, Color::Blue)),
            Rhythm::Breath => ((0x2b, 0xc4, 0x94), (0x00, 0x75, 0x56), (Color::LightGreen, Color::Green)),
            Rhythm::Pulse => ((0xe0, 0x90, 0xbf), (0xa0, 0x44, 0x7c), (Color::LightMagenta, Color::Magenta)),
            Rhythm::Tide => ((0xf0, 0xe4, 0x42), (0x7a, 0x68, 0x00), (Color::LightYellow, Color::Yellow)),
        };
        if self.contrast == Contrast::High {
            return self.pick(brightened(dark), darkened(light), sixteen).add_modifier(Modifier::BOLD);
        }
        self.pick(dark, light, sixteen)
    }

    /// For what is to be seen last.
    pub fn dim(&self) -> Style {
        match self.colours {
            _ if self.contrast == Contrast::High => Style::new(),
            Colours::None => Style::new().add_modifier(Modifier::DIM),
            _ => self.pick((0x8a, 0x90, 0x9a), (0x63, 0x68, 0x70), (Color::Gray, Color::DarkGray)),
        }
    }

    /// For rules and scales, which are hardly to be seen.
    pub fn faint(&self) -> Style {
        match self.colours {
            _ if self.contrast == Contrast::High => self.pick((0x9a, 0xa0, 0xaa), (0x50, 0x54, 0x5c), (Color::Gray, Color::DarkGray)),
            Colours::None => Style::new().add_modifier(Modifier::DIM),
            _ => self.pick((0x4c, 0x52, 0x5c), (0xb4, 0xb8, 0xbe), (Color::DarkGray, Color::Gray)),
        }
    }

    /// Recording and faults.
    pub fn red(&self) -> Style {
        self.pick((0xff, 0x5f, 0x52), (0xc4, 0x1a, 0x10), (Color::LightRed, Color::Red))
    }

    /// Whether plain characters alone may be used.
    pub fn is_ascii(&self) -> bool {
        self.glyphs == Glyphs::Ascii
    }

    fn pick(self, dark: (u8, u8, u8), light: (u8, u8, u8), sixteen: (Color, Color)) -> Style {
        let rgb = |(r, g, b)| Color::Rgb(r, g, b);
        match (self.colours, self.ground) {
            (Colours::None, _) => Style::new(),
            (Colours::Full, Ground::Dark) => Style::new().fg(rgb(dark)),
            (Colours::Full, Ground::Light) => Style::new().fg(rgb(light)),
            (Colours::Sixteen, Ground::Dark) => Style::new().fg(sixteen.0),
            (Colours::Sixteen, Ground::Light) => Style::new().fg(sixteen.1),
        }
    }
}

/// Half of the way to white.
fn brightened((r, g, b): (u8, u8, u8)) -> (u8, u8, u8) {
    let half = |part: u8| part / 2 + 128;
    (half(r), half(g), half(b))
}

/// A third off.
fn darkened((r, g, b): (u8, u8, u8)) -> (u8, u8, u8) {
    let less = |part: u8| part / 3 * 2;
    (less(r), less(g), less(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (WCAG 2.2).
    fn luminance(style: Style) -> f64 {
        let Some(Color::Rgb(r, g, b)) = style.fg else { panic!("{style:?} has no colour of its own") };
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    #[test]
    fn every_accent_stands_out_of_its_ground_and_in_high_contrast_seven_to_one() {
        // Grounds as terminals have them: #14171c and #fafafa.
        for (theme, ground, least) in
            [(Theme::DARK, 0.0085, 4.5), (Theme::LIGHT, 0.955, 4.5), (Theme::CONTRAST, 0.0085, 7.0), (Theme::CONTRAST_LIGHT, 0.955, 7.0)]
        {
            for rhythm in Rhythm::ALL {
                let own = luminance(theme.rhythm(rhythm));
                let ratio = (own.max(ground) + 0.05) / (own.min(ground) + 0.05);
                assert!(ratio >= least, "{theme:?} {rhythm:?}: {ratio:.2}");
            }
        }
    }

    #[test]
    fn the_environment_tells_which_colours_there_are() {
        let cases = [
            (Some("1"), Some("truecolor"), Some("xterm"), Colours::None),
            (Some(""), Some("truecolor"), Some("xterm"), Colours::Full),
            (None, None, Some("xterm-256color"), Colours::Sixteen),
            (None, None, Some("dumb"), Colours::None),
            (None, None, None, Colours::Sixteen),
        ];
        for (no_color, colorterm, term, colours) in cases {
            assert_eq!(Colours::from_env(no_color, colorterm, term), colours);
        }
    }
}
