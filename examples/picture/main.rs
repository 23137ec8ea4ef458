//! Screens that are worth a look before a release, of a made-up client whose figures are written down: `cargo run --example picture -- FOLDER`. What the
//! program itself comes to is in the gallery (`just shots`).

mod stage;

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use stage::Stage;
use stillpoint::app::Key;
use stillpoint::ui::{Colours, Glyphs, Theme, svg, svg_on};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).ok_or("usage: picture FOLDER")?;
    all(Path::new(&folder))
}

fn all(folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let (wide, narrow) = ((120, 36), (80, 24));
    let dark = Theme::DARK;
    let sixteen = Theme { colours: Colours::Sixteen, ..dark };
    let plain = Theme { glyphs: Glyphs::Ascii, ..Theme::MONO };
    let screens = vec![
        ("live-wide", Stage::live(), wide, dark),
        ("live-narrow", Stage::live(), narrow, dark),
        ("live-large", Stage::live(), (180, 56), dark),
        ("live-sixteen", Stage::live(), wide, sixteen),
        ("live-ascii", Stage::live(), narrow, plain),
        ("silent", Stage::silent(), narrow, dark),
        ("settling", Stage::settling(), wide, dark),
        ("no-rhythm", Stage::no_rhythm(), wide, dark),
        ("gap", Stage::gap(), wide, dark),
        ("still-wide", Stage::still(), wide, dark),
        ("still-narrow", Stage::still(), narrow, dark),
        ("replay-wide", Stage::replay(), wide, dark),
        ("replay-narrow", Stage::replay(), narrow, dark),
        ("help-wide", Stage::live().keys(&[Key::Char('?')]), wide, dark),
        ("help-narrow", Stage::live().keys(&[Key::Char('?')]), narrow, dark),
        ("prompt", Stage::live().keys(&[Key::Char('n'), Key::Char('w'), Key::Char('a'), Key::Char('r'), Key::Char('m')]), narrow, dark),
        ("ask", Stage::live().keys(&[Key::Char('q')]), narrow, dark),
        ("still", Stage::still(), wide, dark),
        ("distance", Stage::live().keys(&[Key::Char('v')]), wide, dark),
        ("distance-small", Stage::live(), (40, 12), dark),
        ("spectrum", Stage::live().keys(&[Key::Char('v'), Key::Char('v')]), wide, dark),
    ];
    for (name, mut stage, size, theme) in screens {
        fs::write(folder.join(format!("{name}.svg")), svg(&stage.screen(size, theme)))?;
    }
    let light = Stage::live().screen(wide, Theme::LIGHT);
    fs::write(folder.join("live-light.svg"), svg_on(&light, "#22262c", "#fbfbf9"))?;
    Ok(())
}
