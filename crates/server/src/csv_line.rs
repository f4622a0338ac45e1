//! A line of a file for spreadsheets: no cell of it splits the line, and none is run.

use csv::{Terminator, WriterBuilder};

/// A line of cells, its end included. What a spreadsheet would take for a formula is led by an apostrophe.
pub fn line<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> String {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    let cells: Vec<_> = cells.into_iter().map(|cell| harmless(cell.as_ref())).collect();
    writer
        .write_record(cells)
        .expect("memory takes whatever is written");
    let line = writer.into_inner().expect("memory takes whatever is written");
    String::from_utf8(line).expect("cells are text, and so is what stands between them")
}

fn harmless(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("{}{cell}", if is_formula { "'" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_cell_is_what_it_was_and_never_a_formula() {
        let cells = [
            "a,b",
            "say \"hi\"",
            "=SUM(A1)",
            "+1 203",
            "-1",
            "@x",
            "\tx",
            "two\nlines",
            "",
        ];

        assert_eq!(
            line(cells),
            "\"a,b\",\"say \"\"hi\"\"\",'=SUM(A1),'+1 203,'-1,'@x,'\tx,\"two\nlines\",\r\n"
        );
    }
}
