//! Every key of the program.

use super::Key::{
    self, BackTab, Char, Ctrl, Down, End, Enter, Esc, F, Home, Left, PageDown, PageUp, Right, ShiftLeft, ShiftRight, Tab, Up,
};
use super::{Action, Binding, Group, Mode, Told};

const LIVE: &[Mode] = &[Mode::Live];
const REPLAY: &[Mode] = &[Mode::Replay];
const BOTH: &[Mode] = &[Mode::Live, Mode::Replay];
const LIST: &[Mode] = &[Mode::List];
const CHANNELS: &[Mode] = &[Mode::Channels];
const SPECTRUM: &[Mode] = &[Mode::Spectrum];
const TABLE_OPEN: &[Mode] = &[Mode::Table];
const REVIEW: &[Mode] = &[Mode::Replay, Mode::List];
const ANNOTATE: &[Mode] = &[Mode::Live, Mode::Replay, Mode::List];
const ALL: &[Mode] = &[Mode::Live, Mode::Replay, Mode::List, Mode::Channels, Mode::Table];

macro_rules! rows {
    ($($modes:ident [$($key:expr),+] $action:ident $group:ident $told:ident $short:literal $long:literal;)+) => {
        &[$(Binding {
            modes: $modes, keys: &[$($key),+], action: Action::$action, group: Group::$group, told: Told::$told, short: $short, long: $long,
        }),+]
    };
}

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
    CHANNELS [Up, Char('k')]              Up                 Moving      Help   "up"        "choose the one above";
    CHANNELS [Down, Char('j')]            Down               Moving      Help   "down"      "choose the one below";
    CHANNELS [Home]                       ToStart            Moving      Help   "first"     "choose the first";
    CHANNELS [End]                        ToEnd              Moving      Help   "last"      "choose the last";
    CHANNELS [Char(' ')]                  ShowHide           Picture     Footer "show, hide" "show or hide its trace";
    CHANNELS [Enter]                      Only               Picture     Footer "only this" "its trace alone, or all again";
    CHANNELS [Char('f')]                  Lead               Picture     Footer "figures"   "figures from it, or from the best again";
    CHANNELS [Char('i')]                  TurnOver           Picture     Footer "turn over" "draw it upside down; its samples stay";
    CHANNELS [Esc, Char('c'), Char('q'), Ctrl('c')]
                                          Back               Session     Footer "close"     "close the list";
    SPECTRUM [Tab, Char('c')]             NextChannel        Picture     Footer "channel"   "the next channel";
    SPECTRUM [BackTab]                    PreviousChannel    Picture     Help   "channel"   "the channel before";
    SPECTRUM [Down]                       NextRhythm         Picture     Footer "rhythm"    "the next rhythm's window";
    SPECTRUM [Up]                         PreviousRhythm     Picture     Help   "rhythm"    "the one before; all";
    SPECTRUM [Char('l')]                  Spacing            Picture     Footer "axis"      "logarithmic or even axis";
    TABLE_OPEN [Tab, Char('c')]           NextChannel        Picture     Footer "channel"   "the next channel, or two of them";
    TABLE_OPEN [BackTab]                  PreviousChannel    Picture     Help   "channel"   "the channel before";
    TABLE_OPEN [Right]                    NextRhythm         Picture     Footer "rhythm"    "the next rhythm";
    TABLE_OPEN [Left]                     PreviousRhythm     Picture     Help   "rhythm"    "the rhythm before";
    TABLE_OPEN [Char('e')]                Export             Session     Footer "export"    "write the table for other programs";
    TABLE_OPEN [Up]                       Up                 Moving      Help   "up"        "a segment up";
    TABLE_OPEN [Down]                     Down               Moving      Help   "down"      "a segment down";
    TABLE_OPEN [Esc, Char('q'), Char('x'), Char('X'), Ctrl('c')]
                                          Back               Session     Footer "close"     "close the table";
    LIVE   [Char(' '), Char('m')]         Mark               Annotations Footer "mark"      "mark this instant";
    REPLAY [Char(' ')]                    PlayPause          Session     Footer "play"      "play or pause";
    REPLAY [Char('g')]                    GoTo               Moving      Footer "go to"     "go to a time, such as 12:30";
    REPLAY [Char('m')]                    Mark               Annotations Footer "mark"      "mark this instant";
    BOTH   [Char('s')]                    Segment            Annotations Footer "segment"   "begin a segment, and end it";
    LIVE   [Char('r')]                    Record             Session     Footer "record"    "record, and stop recording";
    BOTH   [Char('y')]                    Accept             Annotations Footer "accept still"    "accept the still point found";
    BOTH   [Char('a')]                    List               Annotations Footer "list"      "the list of annotations";
    ANNOTATE [Char('u')]                      Undo               Annotations Footer "undo"      "take back the last edit";
    ANNOTATE [Ctrl('r')]                      Redo               Annotations Help   "redo"      "do it again";
    REVIEW [Char('x')]                    ToCompare          Annotations Footer "compare"   "mark a segment to compare";
    REVIEW [Char('X')]                    Compare            Annotations Help   "table"     "compare those, or all";
    REPLAY [Char('e')]                    Export             Session     Footer "export"    "files for other programs";
    BOTH   [Char('t')]                    Tap                Annotations Footer "tap"       "a cycle that the hand feels";
    BOTH   [Char('v')]                    NextView           Picture     Footer "view"      "the next view";
    BOTH   [Key::Delete]                  Reject             Annotations Help   "reject still" "reject the still point found";
    BOTH   [Char('1'), Char('2'), Char('3'), Char('4'), Char('5'), Char('6'), Char('7'), Char('8'), Char('9'), Char('0')]
                                          QuickLabel         Annotations Help   "label"     "quick label for the latest";
    BOTH   [Char('L')]                    NextLabels         Annotations Help   "labels"    "the next set of quick labels";
    BOTH   [Enter]                        Label              Annotations Help   "label"     "type a label for the latest";
    BOTH   [Char('n')]                    Note               Annotations Help   "note"      "note to this instant";
    REPLAY [Char('<')]                    Slower             Session     Footer "slower"    "half the speed, down to 0.25x";
    REPLAY [Char('>')]                    Faster             Session     Footer "faster"    "twice the speed, up to 64x";
    BOTH   [Left]                         StepBack           Moving      Help   "back"      "a tenth of the view back";
    BOTH   [Right]                        StepOn             Moving      Help   "on"        "a tenth of the view on";
    BOTH   [ShiftLeft, PageUp]            PageBack           Moving      Help   "page back" "a screen back";
    BOTH   [ShiftRight, PageDown]         PageOn             Moving      Help   "page on"   "a screen on";
    BOTH   [Home]                         ToStart            Moving      Help   "start"     "to the start";
    LIVE   [End]                          ToEnd              Moving      Help   "now"       "to now";
    REPLAY [End]                          ToEnd              Moving      Help   "end"       "to the end";
    REPLAY [Char(',')]                    CycleBack          Moving      Help   "cycle back" "a cycle back";
    REPLAY [Char('.')]                    CycleOn            Moving      Help   "cycle on"  "a cycle on";
    REPLAY [Char('l')]                    Loop               Moving      Help   "loop"      "this segment over and over";
    REPLAY [Tab]                          NextAnnotation     Moving      Footer "next"      "to the next annotation";
    REPLAY [BackTab]                      PreviousAnnotation Moving      Help   "previous"  "to the annotation before";
    BOTH   [Char('p')]                    NextProposal       Moving      Footer "still points" "to the next still point found";
    LIVE   [Char('f')]                    Freeze             Moving      Footer "freeze"    "freeze the picture, and go on";
    BOTH   [Char('+'), Char('=')]         ZoomIn             Picture     Help   "closer"    "less time on the screen";
    BOTH   [Char('-'), Char('_')]         ZoomOut            Picture     Help   "wider"     "more time on the screen";
    BOTH   [Char(']')]                    Taller             Picture     Help   "taller"    "a larger trace";
    BOTH   [Char('[')]                    Flatter            Picture     Help   "flatter"   "a smaller trace";
    BOTH   [Char('z')]                    Automatic          Picture     Help   "automatic" "automatic time and amplitude";
    BOTH   [Char('c')]                    Channels           Picture     Help   "channels"  "the list of channels";
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
