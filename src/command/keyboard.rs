//! What was typed and pointed at, as the app knows it.

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use tokio::sync::mpsc;

use crate::app::{Gesture, Key, Mouse};

/// So many keys may wait for a frame.
const KEYS: usize = 64;

/// Keys and changes of size, read by a thread of its own: where the window is closed, crossterm's reader may turn round for ever at the end of
/// its input, and that must hold up neither the recording nor its end.
pub(super) fn keyboard() -> std::io::Result<mpsc::Receiver<Event>> {
    let (tell, events) = mpsc::channel(KEYS);
    std::thread::Builder::new().name("keyboard".into()).spawn(move || {
        while let Ok(event) = event::read() {
            if tell.blocking_send(event).is_err() {
                break;
            }
        }
    })?;
    Ok(events)
}

/// A key as the app knows it.
pub(super) fn key(key: KeyEvent) -> Option<Key> {
    let shift = key.modifiers.contains(KeyModifiers::SHIFT);
    Some(match key.code {
        KeyCode::Char(c) if key.modifiers.contains(KeyModifiers::CONTROL) => Key::Ctrl(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab if shift => Key::BackTab,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Left if shift => Key::ShiftLeft,
        KeyCode::Left => Key::Left,
        KeyCode::Right if shift => Key::ShiftRight,
        KeyCode::Right => Key::Right,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::F(n) => Key::F(n),
        _ => return None,
    })
}

/// What was done with the mouse, where it is something.
pub(super) fn mouse(event: MouseEvent) -> Option<Mouse> {
    let zooms = event.modifiers.contains(KeyModifiers::CONTROL);
    let gesture = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Gesture::Press,
        MouseEventKind::Drag(MouseButton::Left) => Gesture::Drag,
        MouseEventKind::Up(MouseButton::Left) => Gesture::Release,
        MouseEventKind::ScrollUp if zooms => Gesture::Closer,
        MouseEventKind::ScrollDown if zooms => Gesture::Wider,
        MouseEventKind::ScrollUp | MouseEventKind::ScrollLeft => Gesture::Back,
        MouseEventKind::ScrollDown | MouseEventKind::ScrollRight => Gesture::On,
        _ => return None,
    };
    Some(Mouse { gesture, x: event.column, y: event.row })
}
