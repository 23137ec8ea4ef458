//! The export dialog: its rows, how far it is, and the paths written.

use crate::app::export::{Dialog, Row};
use crate::app::layout::Area;
use crate::app::scene::{ExportPane, Tone};
use crate::app::{App, Focus};
use crate::protocol::Exporting;

pub(super) fn pane(app: &App, (w, h): (u16, u16)) -> Option<ExportPane> {
    let Focus::Export(dialog) = &app.focus else { return None };
    let area = Area::new(0, 1, w, h.saturating_sub(2)).right_of(1);
    Some(ExportPane { area, rows: rows(dialog), lines: lines(app.exporting.as_ref()) })
}

fn rows(dialog: &Dialog) -> Vec<(&'static str, String, bool)> {
    let word = |row: Row| match row {
        Row::What => "what",
        Row::Format => "format",
        Row::Folder => "folder",
        Row::There => "existing",
    };
    Row::ALL.into_iter().enumerate().map(|(at, row)| (word(row), dialog.value(row), at == dialog.row)).collect()
}

fn lines(exporting: Option<&Exporting>) -> Vec<(String, Tone)> {
    match exporting {
        None => vec![("enter writes the files; a note says what was written".to_owned(), Tone::Dim)],
        Some(Exporting::Share(share)) => vec![(format!("writing {:.0} %", 100.0 * share), Tone::Strong)],
        Some(Exporting::Failed(why)) => vec![(why.clone(), Tone::Trouble)],
        Some(Exporting::Written(files, notes)) => {
            let title = (if files.len() == 1 { "written:".to_owned() } else { format!("{} files written:", files.len()) }, Tone::Strong);
            let files = files.iter().map(|file| (file.clone(), Tone::Plain));
            [title].into_iter().chain(files).chain(notes.iter().map(|note| (note.clone(), Tone::Dim))).collect()
        }
    }
}
