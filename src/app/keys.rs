//! The one table of keys. What a key does, the footer, the help screen and the README's table all come from it.

use std::fmt::Write as _;

/// A key as the terminal told it, whatever the terminal library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A character, shift already applied.
    Char(char),
    /// A character with the control key, in lower case.
    Ctrl(char),
    /// Return.
    Enter,
    /// Escape.
    Esc,
    /// Tabulator.
    Tab,
    /// Shift and tabulator.
    BackTab,
    /// The character before the cursor.
    Backspace,
    /// The character after the cursor.
    Delete,
    /// Arrow.
    Left,
    /// Arrow.
    Right,
    /// Shift and arrow.
    ShiftLeft,
    /// Shift and arrow.
    ShiftRight,
    /// Arrow.
    Up,
    /// Arrow.
    Down,
    /// To the start.
    Home,
    /// To the end.
    End,
    /// A page back.
    PageUp,
    /// A page on.
    PageDown,
    /// A function key, from 1.
    F(u8),
}

impl Key {
    /// The name of the key on the screen and in the README.
    pub fn name(self) -> String {
        match self {
            Self::Char(' ') => "space".to_owned(),
            Self::Char('-') => "−".to_owned(),
            Self::Char(c) => c.to_string(),
            Self::Ctrl(c) => format!("ctrl-{}", c.to_ascii_uppercase()),
            Self::F(n) => format!("F{n}"),
            other => other.plain_name().to_owned(),
        }
    }

    fn plain_name(self) -> &'static str {
        match self {
            Self::Enter => "enter",
            Self::Esc => "esc",
            Self::Tab => "tab",
            Self::BackTab => "shift-tab",
            Self::Backspace => "backspace",
            Self::Delete => "delete",
            Self::Left => "←",
            Self::Right => "→",
            Self::ShiftLeft => "shift-←",
            Self::ShiftRight => "shift-→",
            Self::Up => "↑",
            Self::Down => "↓",
            Self::Home => "home",
            Self::End => "end",
            Self::PageUp => "page up",
            Self::PageDown => "page down",
            Self::Char(_) | Self::Ctrl(_) | Self::F(_) => "",
        }
    }
}

/// Which table of keys is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Watching a source.
    Live,
    /// Playing what was saved.
    Replay,
    /// Over either: the list of annotations is open.
    List,
    /// Beside either: the spectrum is looked at.
    Spectrum,
    /// Over a replay: the table of compared segments is open.
    Table,
}

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Leave.
    Quit,
    /// Begin or finish a recording.
    Record,
    /// Play or hold.
    PlayPause,
    /// An instant.
    Mark,
    /// Begin or end a stretch.
    Segment,
    /// A cycle that the hand felt.
    Tap,
    /// The quick label of the key's digit.
    QuickLabel,
    /// Type a label.
    Label,
    /// Type a note.
    Note,
    /// Take back the last annotation edit.
    Undo,
    /// Do it again.
    Redo,
    /// A tenth of the view back.
    StepBack,
    /// A tenth of the view on.
    StepOn,
    /// A screen back.
    PageBack,
    /// A screen on.
    PageOn,
    /// To the start.
    ToStart,
    /// To the end, or to now.
    ToEnd,
    /// Type a time to go to.
    GoTo,
    /// Half the speed.
    Slower,
    /// Twice the speed.
    Faster,
    /// To the next annotation.
    NextAnnotation,
    /// To the one before.
    PreviousAnnotation,
    /// The list of annotations.
    List,
    /// Choose the one above.
    Up,
    /// Choose the one below.
    Down,
    /// To the chosen one.
    Go,
    /// Type another label.
    Relabel,
    /// Take it away.
    Delete,
    /// Only those that hold a text.
    Filter,
    /// The other end is moved.
    OtherEnd,
    /// An end a sample back.
    SampleBack,
    /// An end a sample on.
    SampleOn,
    /// A cycle back: in a replay, or an end in the list.
    CycleBack,
    /// A cycle on.
    CycleOn,
    /// Play a segment over and over.
    Loop,
    /// Accept the still point that is proposed.
    Accept,
    /// Reject it.
    Reject,
    /// To the next one that is proposed.
    NextProposal,
    /// Less time on the screen.
    ZoomIn,
    /// More time on the screen.
    ZoomOut,
    /// A larger trace.
    Taller,
    /// A smaller trace.
    Flatter,
    /// Time and amplitude as they were.
    Automatic,
    /// Another channel's spectrum.
    NextChannel,
    /// The one before.
    PreviousChannel,
    /// Another rhythm's window.
    NextRhythm,
    /// The one before.
    PreviousRhythm,
    /// Rates evenly on the axis, or by their logarithm.
    Spacing,
    /// Marks a segment to be compared.
    ToCompare,
    /// Compares what is marked, or all segments.
    Compare,
    /// The next view.
    NextView,
    /// Hide the figures, then the trace.
    Blind,
    /// What the device sends.
    Raw,
    /// Hold the picture, or let it go on.
    Freeze,
    /// Out of help, a frozen picture or a question.
    Back,
    /// What the keys do.
    Help,
    /// Files for other programs.
    Export,
    /// The settings in force.
    Settings,
    /// Draw everything anew.
    Redraw,
    /// Panic on purpose, to try the hook.
    DebugPanic,
}

/// Where in the help a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Recording and leaving.
    Session,
    /// What one writes to the recording.
    Annotations,
    /// Where one looks.
    Moving,
    /// How it is drawn.
    Picture,
}

impl Group {
    /// All of them, in the order of the help screen.
    pub const ALL: [Self; 4] = [Self::Session, Self::Annotations, Self::Moving, Self::Picture];

    /// Its heading.
    pub fn word(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Annotations => "annotations",
            Self::Moving => "moving",
            Self::Picture => "picture",
        }
    }
}

/// Where a binding is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// In the footer and in the help.
    Footer,
    /// In the help alone.
    Help,
    /// Nowhere.
    Nowhere,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// The modes it is in force in.
    pub modes: &'static [Mode],
    /// Any of these; the first one is the one that is told in the footer.
    pub keys: &'static [Key],
    /// What it does.
    pub action: Action,
    /// Where it stands.
    pub group: Group,
    /// Where it is told.
    pub told: Told,
    /// In a word or two.
    pub short: &'static str,
    /// In a sentence.
    pub long: &'static str,
}

const LIVE: &[Mode] = &[Mode::Live];
const REPLAY: &[Mode] = &[Mode::Replay];
const BOTH: &[Mode] = &[Mode::Live, Mode::Replay];
const LIST: &[Mode] = &[Mode::List];
const SPECTRUM: &[Mode] = &[Mode::Spectrum];
const TABLE_OPEN: &[Mode] = &[Mode::Table];
const REVIEW: &[Mode] = &[Mode::Replay, Mode::List];
const ALL: &[Mode] = &[Mode::Live, Mode::Replay, Mode::List];

macro_rules! rows {
    ($($modes:ident [$($key:expr),+] $action:ident $group:ident $told:ident $short:literal $long:literal;)+) => {
        &[$(Binding {
            modes: $modes, keys: &[$($key),+], action: Action::$action, group: Group::$group, told: Told::$told, short: $short, long: $long,
        }),+]
    };
}

use Key::{BackTab, Char, Ctrl, Down, End, Enter, Esc, F, Home, Left, PageDown, PageUp, Right, ShiftLeft, ShiftRight, Tab, Up};

/// Every key of the program.
#[rustfmt::skip]
pub const TABLE: &[Binding] = rows![
    LIST   [Up, Char('k')]                Up                 Moving      Help   "up"        "choose the one above";
    LIST   [Down, Char('j')]              Down               Moving      Help   "down"      "choose the one below";
    LIST   [Home]                         ToStart            Moving      Help   "first"     "choose the first";
    LIST   [End]                          ToEnd              Moving      Help   "last"      "choose the last";
    LIST   [Enter]                        Go                 Moving      Footer "go there"  "show it in the trace";
    LIST   [Char('l')]                    Relabel            Annotations Footer "label"     "type another label";
    LIST   [Char('d'), Key::Delete]       Delete             Annotations Footer "delete"    "delete or reject it; u brings it back";
    LIST   [Char('y')]                    Accept             Annotations Footer "accept"    "accept a still point that was found";
    LIST   [Char('p')]                    NextProposal       Annotations Footer "next still" "to the next still point found";
    LIST   [Char('/')]                    Filter             Annotations Footer "filter"    "only those that hold a text";
    LIST   [Char('e')]                    Export             Annotations Help   "export"    "export it for other programs";
    LIST   [Tab]                          OtherEnd           Annotations Footer "other end" "move a segment's other end";
    LIST   [Char(',')]                    SampleBack         Annotations Help   "back"      "its end a sample back";
    LIST   [Char('.')]                    SampleOn           Annotations Help   "on"        "its end a sample on";
    LIST   [Char('<')]                    CycleBack          Annotations Footer "cycle back" "its end a cycle back";
    LIST   [Char('>')]                    CycleOn            Annotations Footer "cycle on"  "its end a cycle on";
    SPECTRUM [Tab, Char('c')]             NextChannel        Picture     Footer "channel"   "the next channel";
    SPECTRUM [BackTab]                    PreviousChannel    Picture     Help   "channel"   "the channel before";
    SPECTRUM [Down]                       NextRhythm         Picture     Footer "rhythm"    "the next rhythm's window";
    SPECTRUM [Up]                         PreviousRhythm     Picture     Help   "rhythm"    "the one before; all";
    SPECTRUM [Char('l')]                  Spacing            Picture     Footer "axis"      "logarithmic or even axis";
    TABLE_OPEN [Tab, Char('c')]           NextChannel        Picture     Footer "channel"   "the next channel";
    TABLE_OPEN [BackTab]                  PreviousChannel    Picture     Help   "channel"   "the channel before";
    TABLE_OPEN [Right]                    NextRhythm         Picture     Footer "rhythm"    "the next rhythm";
    TABLE_OPEN [Left]                     PreviousRhythm     Picture     Help   "rhythm"    "the rhythm before";
    TABLE_OPEN [Up]                       Up                 Moving      Help   "up"        "a segment up";
    TABLE_OPEN [Down]                     Down               Moving      Help   "down"      "a segment down";
    TABLE_OPEN [Esc, Char('q'), Char('x'), Char('X'), Ctrl('c')]
                                          Back               Session     Footer "close"     "close the table";
    LIVE   [Char(' '), Char('m')]         Mark               Annotations Footer "mark"      "mark this instant";
    REPLAY [Char(' ')]                    PlayPause          Session     Footer "play"      "play or pause";
    REPLAY [Char('m')]                    Mark               Annotations Footer "mark"      "mark this instant";
    BOTH   [Char('y')]                    Accept             Annotations Footer "accept"    "accept the still point found";
    BOTH   [Key::Delete]                  Reject             Annotations Nowhere "reject"   "reject the still point found";
    BOTH   [Char('s')]                    Segment            Annotations Footer "segment"   "begin a segment, and end it";
    BOTH   [Char('t')]                    Tap                Annotations Footer "tap"       "a cycle that the hand feels";
    BOTH   [Char('1'), Char('2'), Char('3'), Char('4'), Char('5'), Char('6'), Char('7'), Char('8'), Char('9'), Char('0')]
                                          QuickLabel         Annotations Help   "label"     "quick label for the latest";
    BOTH   [Enter]                        Label              Annotations Help   "label"     "type a label for the latest";
    BOTH   [Char('n')]                    Note               Annotations Help   "note"      "note to this instant";
    BOTH   [Char('a')]                    List               Annotations Footer "list"      "the list of annotations";
    ALL    [Char('u')]                    Undo               Annotations Footer "undo"      "take back the last edit";
    ALL    [Ctrl('r')]                    Redo               Annotations Help   "redo"      "do it again";
    REVIEW [Char('x')]                    ToCompare          Annotations Footer "compare"   "mark a segment to compare";
    REVIEW [Char('X')]                    Compare            Annotations Help   "table"     "compare those, or all";
    LIVE   [Char('r')]                    Record             Session     Footer "record"    "record, and stop recording";
    REPLAY [Char('<')]                    Slower             Session     Footer "slower"    "half the speed, down to 0.25x";
    REPLAY [Char('>')]                    Faster             Session     Footer "faster"    "twice the speed, up to 64x";
    BOTH   [Left]                         StepBack           Moving      Help   "back"      "a tenth of the view back";
    BOTH   [Right]                        StepOn             Moving      Help   "on"        "a tenth of the view on";
    BOTH   [ShiftLeft, PageUp]            PageBack           Moving      Help   "page back" "a screen back";
    BOTH   [ShiftRight, PageDown]         PageOn             Moving      Help   "page on"   "a screen on";
    BOTH   [Home]                         ToStart            Moving      Help   "start"     "to the start";
    LIVE   [End]                          ToEnd              Moving      Help   "now"       "to now";
    REPLAY [End]                          ToEnd              Moving      Help   "end"       "to the end";
    REPLAY [Char('g')]                    GoTo               Moving      Footer "go to"     "go to a time, such as 12:30";
    REPLAY [Char(',')]                    CycleBack          Moving      Help   "cycle back" "a cycle back";
    REPLAY [Char('.')]                    CycleOn            Moving      Help   "cycle on"  "a cycle on";
    REPLAY [Char('l')]                    Loop               Moving      Help   "loop"      "this segment over and over";
    REPLAY [Tab]                          NextAnnotation     Moving      Footer "next"      "to the next annotation";
    REPLAY [BackTab]                      PreviousAnnotation Moving      Help   "previous"  "to the annotation before";
    BOTH   [Char('p')]                    NextProposal       Moving      Footer "still points" "to the next still point found";
    REPLAY [Char('e')]                    Export             Session     Help   "export"    "files for other programs";
    LIVE   [Char('f')]                    Freeze             Moving      Footer "freeze"    "freeze the picture, and go on";
    BOTH   [Char('+'), Char('=')]         ZoomIn             Picture     Help   "closer"    "less time on the screen";
    BOTH   [Char('-'), Char('_')]         ZoomOut            Picture     Help   "wider"     "more time on the screen";
    BOTH   [Char(']')]                    Taller             Picture     Help   "taller"    "a larger trace";
    BOTH   [Char('[')]                    Flatter            Picture     Help   "flatter"   "a smaller trace";
    BOTH   [Char('z')]                    Automatic          Picture     Help   "automatic" "automatic time and amplitude";
    BOTH   [Char('v')]                    NextView           Picture     Footer "view"      "the next view";
    LIVE   [Char('w')]                    Raw                Picture     Help   "wire"      "what the device sends";
    BOTH   [Char('b')]                    Blind              Picture     Help   "blind"     "hide figures, then trace";
    ALL    [Ctrl('l')]                    Redraw             Picture     Help   "redraw"    "draw everything anew";
    ALL    [Char('?'), F(1)]              Help               Session     Footer "keys"      "this help";
    BOTH   [Char('o')]                    Settings           Session     Help   "settings"  "the settings in force";
    LIST   [Esc, Char('a'), Char('q'), Ctrl('c')]
                                          Back               Session     Footer "close"     "close the list";
    BOTH   [Esc]                          Back               Session     Help   "back"      "out of help, freeze, view";
    BOTH   [Char('q'), Ctrl('c')]         Quit               Session     Footer "quit"      "leave; asks while recording";
    BOTH   [F(12)]                        DebugPanic         Session     Nowhere "panic"    "panic on purpose";
];

impl Binding {
    fn keys_markdown(&self) -> String {
        let names: Vec<_> = key_names(self.keys).split(", ").map(|name| format!("`{name}`")).collect();
        names.join(" ")
    }
}

/// Keys in words: "space, m", or "1 … 0" for many.
pub fn key_names(keys: &[Key]) -> String {
    match keys {
        [first, .., last] if keys.len() > 4 => format!("{} … {}", first.name(), last.name()),
        keys => keys.iter().map(|key| key.name()).collect::<Vec<_>>().join(", "),
    }
}

/// The tables of the README.
pub fn key_table_markdown() -> String {
    let mut out = String::from("| key | live | replay |\n|---|---|---|\n");
    let told = |row: &&Binding| row.told != Told::Nowhere;
    let rows = Group::ALL.into_iter().flat_map(|group| TABLE.iter().filter(move |row| row.group == group));
    for row in rows.filter(told).filter(|row| row.modes != LIST && row.modes != SPECTRUM && row.modes != TABLE_OPEN) {
        let text = |mode| if row.modes.contains(&mode) { row.long } else { "–" };
        let _ = writeln!(out, "| {} | {} | {} |", row.keys_markdown(), text(Mode::Live), text(Mode::Replay));
    }
    out.push_str("\n| key | in the list of annotations |\n|---|---|\n");
    for row in TABLE.iter().filter(told).filter(|row| row.modes == LIST) {
        let _ = writeln!(out, "| {} | {} |", row.keys_markdown(), row.long);
    }
    out.push_str("\n| key | in the table of compared segments |\n|---|---|\n");
    for row in TABLE.iter().filter(told).filter(|row| row.modes == TABLE_OPEN) {
        let _ = writeln!(out, "| {} | {} |", row.keys_markdown(), row.long);
    }
    out.push_str("\n| key | in the spectrum |\n|---|---|\n");
    for row in TABLE.iter().filter(told).filter(|row| row.modes == SPECTRUM) {
        let _ = writeln!(out, "| {} | {} |", row.keys_markdown(), row.long);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_key_means_two_things_in_one_mode() {
        for mode in [Mode::Live, Mode::Replay, Mode::List, Mode::Spectrum, Mode::Table] {
            let mut seen = HashSet::new();
            for key in TABLE.iter().filter(|row| row.modes.contains(&mode)).flat_map(|row| row.keys) {
                assert!(seen.insert(key), "{key:?} twice in {mode:?}");
            }
        }
    }

    #[test]
    fn the_same_key_can_mean_what_the_mode_needs() {
        let keymap = crate::app::Keymap::default();
        assert_eq!(keymap.action(Mode::Live, Char(' ')), Some(Action::Mark));
        assert_eq!(keymap.action(Mode::Replay, Char(' ')), Some(Action::PlayPause));
        assert_eq!(keymap.action(Mode::Replay, Char('r')), None);
    }

    #[test]
    fn the_readme_table_names_every_key_but_the_hidden_one() {
        let table = key_table_markdown();
        assert!(table.contains("| `space` `m` | mark this instant | – |"), "{table}");
        assert!(table.contains("| `1 … 0` |"), "{table}");
        assert!(!table.contains("F12"), "{table}");
    }
}
