//! What people type at the screen: times, labels, numbers, file names, in any order and at any size of the window, live and in a replay. Every scene is
//! built, and what is asked of the session is carried out as far as the screen can tell.

use std::sync::Arc;

use stillpoint::app::{App, Effect, Key, Mode, Title};
use stillpoint::protocol::{Command, Notice, Playback, Snapshot};
use stillpoint::signal::{Channel, History, Layout, Rate, SampleIndex, Seconds};

const NAMED: [Key; 18] = [
    Key::Enter,
    Key::Esc,
    Key::Tab,
    Key::BackTab,
    Key::Backspace,
    Key::Delete,
    Key::Left,
    Key::Right,
    Key::ShiftLeft,
    Key::ShiftRight,
    Key::Up,
    Key::Down,
    Key::Home,
    Key::End,
    Key::PageUp,
    Key::PageDown,
    Key::F(5),
    Key::Ctrl('r'),
];

fn snapshot(mode: Mode) -> Snapshot {
    let channels = vec![Channel::named("left", "µm"), Channel::named("right", "µm")];
    let layout = Layout { channels, nominal: Rate::from_hz(100.0).expect("a rate") };
    let playback = Playback { position: Seconds(600.0), duration: Seconds(3600.0), speed: 1.0, paused: false, looped: None };
    Snapshot {
        layout: Some(Arc::new(layout)),
        head: SampleIndex(60_000),
        latest: vec![[None; 4]; 2],
        playback: (mode == Mode::Replay).then_some(playback),
        ..Snapshot::default()
    }
}

pub fn check(data: &[u8]) {
    let [mode, keys @ ..] = data else { return };
    let mode = if mode % 2 == 1 { Mode::Replay } else { Mode::Live };
    let now = snapshot(mode);
    let history = History::new(2, SampleIndex(0));
    let mut app = App::new(mode, Title { source: "a".to_owned(), simulated: false });
    let (mut size, mut rest) = ((120, 36), keys);
    while let [byte, after @ ..] = rest {
        rest = after;
        let key = match (byte, after) {
            // Another size of the window.
            (0xff, [width, height, after @ ..]) => {
                (size, rest) = ((u16::from(*width), u16::from(*height)), after);
                let _ = app.scene(&now, &history, size, "10:00:00");
                continue;
            }
            (0x20..=0x7e, _) => Key::Char(char::from(*byte)),
            (0x80..=0xbf, _) => Key::Char(char::from_u32(0x400 + u32::from(*byte)).unwrap_or('x')),
            _ => NAMED[usize::from(*byte) % NAMED.len()],
        };
        for effect in app.key(key, &now) {
            if let Effect::Session(Command::Annotate(edit, _)) = effect {
                app.notice(Notice::Annotated { edit, saved: true });
            }
        }
    }
    let _ = app.scene(&now, &history, size, "10:00:00");
    let _ = app.announcements(&now);
}
