//! The page: a row for each source, whose numbers lead to the leads behind them; and the same as a file.

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::sources::{MOST, SourceNumbers};
use futures::stream;
use server::{Failure, Frame, Params, Submitted, csv_line, page, page::thousands};

use super::{
    Answer, answer,
    columns::{Column, Order, percent},
    period::{Named, Period},
};
use crate::{
    app::App,
    dialog::Dialog,
    table::{
        Head, Sorting,
        export::{self, Format},
    },
    words::source,
    workspace::Workspace,
};

#[derive(Template)]
#[template(path = "sources/page.html")]
struct Page {
    frame: Frame,
    periods: Vec<Choice>,
    orders: Vec<Choice>,
    from: String,
    to: String,
    /// `1 Sep 2026 to 21 Nov 2026`.
    days: String,
    caption: String,
    tiles: Vec<Tile>,
    heads: Vec<Head>,
    rows: Vec<Row>,
    export: String,
    before: Option<String>,
    /// The form of the days and the order.
    choosing: Dialog,
}

/// A period or an order to choose.
struct Choice {
    word: String,
    label: String,
    href: String,
    is_chosen: bool,
}

/// A number of all sources together, and the leads it counts.
struct Tile {
    label: &'static str,
    value: String,
    note: String,
    href: Option<String>,
}

/// A source, or several of them together.
struct Row {
    name: String,
    /// The word of the wire, where the name is not the same.
    sub: Option<String>,
    href: Option<String>,
    cells: Vec<Number>,
    /// Leads, in percent of the fullest source: how long its bar is.
    width: i64,
    is_sum: bool,
}

/// A number, and the leads it counts.
struct Number {
    label: &'static str,
    text: String,
    href: Option<String>,
}

/// Shows the page.
pub(crate) async fn show(
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let mut tx = app.db.read(&workspace.member.scope).await?;
    let answer = answer(&mut tx, &workspace, &params).await?;
    let counts = workspace.counts(&mut tx).await?;
    let period = &answer.period;
    let date = |day| workspace.zone.begin(day).map(|at| workspace.zone.date(at));
    let days = [period.from, period.to].map(|day| date(day).unwrap_or_default());
    let links = Links::of(&answer);
    page::private(&Page {
        frame: workspace.framed(&counts),
        periods: periods(&answer),
        orders: orders(&answer),
        from: period.from.to_string(),
        to: period.to.to_string(),
        caption: format!(
            "{} leads by source, {}",
            thousands(answer.report.all.leads),
            answer.order.label()
        ),
        days: days.join(" to "),
        tiles: tiles(&answer),
        heads: heads(&answer),
        rows: rows(&answer),
        export: links.to("/api/sources.csv", answer.order, answer.offset),
        before: (answer.offset > 0)
            .then(|| links.to("/sources", answer.order, (answer.offset - MOST).max(0))),
        choosing: Dialog::of("days", "/sources", &params),
    })
}

/// `/api/sources.csv`: the same rows for a spreadsheet.
pub(crate) async fn csv(
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let member = &workspace.member;
    let mut tx = app.db.read(&member.scope).await?;
    let answer = answer(&mut tx, &workspace, &params).await?;
    drop(tx);
    export::note(&app, member, ("sources", Format::Csv), &params).await?;
    let labels = Column::ALL.iter().map(|column| column.label_of_file());
    let heads = std::iter::once("Source").chain(labels).map(str::to_owned);
    let mut parts = vec![Ok(export::head(&params, heads.collect()))];
    let line = |name: String, numbers: &SourceNumbers| {
        let cells = Column::ALL.iter().map(|column| column.text_of_file(numbers));
        Ok(csv_line::line(std::iter::once(name).chain(cells)))
    };
    let report = &answer.report;
    parts.extend(
        report
            .sources
            .iter()
            .map(|(source, numbers)| line(source.clone(), numbers)),
    );
    if let Some((count, numbers)) = &report.others {
        parts.push(line(others(*count), numbers));
    }
    parts.push(line("All sources".to_owned(), &report.all));
    Ok(export::answer(("sources", Format::Csv), stream::iter(parts)))
}

/// Addresses that keep what was asked.
struct Links<'a> {
    period: &'a Period,
}

impl<'a> Links<'a> {
    const fn of(answer: &'a Answer) -> Self {
        Self {
            period: &answer.period,
        }
    }

    fn to(&self, path: &str, order: Order, offset: i64) -> String {
        let mut query = Submitted::default();
        for (name, value) in self.period.query() {
            query = query.with(name, value);
        }
        if order != Order::USUAL {
            query = query.with("sort", order.word());
        }
        if offset > 0 {
            query = query.with("offset", offset.to_string());
        }
        address(path, &query)
    }

    /// The leads behind a number.
    fn leads(&self, source: Option<&str>, column: Column) -> String {
        let mut query = Submitted::default();
        if let Some(source) = source {
            query = query.with("source", source);
        }
        if let Some((name, value)) = column.behind() {
            query = query.with(name, value);
        }
        let query = query.with("createdFrom", self.period.from.to_string());
        address("/leads", &query.with("createdTo", self.period.to.to_string()))
    }
}

fn address(path: &str, query: &Submitted) -> String {
    match query.query_with("", None) {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

fn periods(answer: &Answer) -> Vec<Choice> {
    let choice = |named: Named| {
        let word = named.word();
        let query = Submitted::default().with("period", word);
        let query = match answer.order {
            Order::USUAL => query,
            order => query.with("sort", order.word()),
        };
        Choice {
            word: word.to_owned(),
            label: named.label().to_owned(),
            href: address("/sources", &query),
            is_chosen: answer.period.named == Some(named),
        }
    };
    Named::ALL.into_iter().map(choice).collect()
}

fn orders(answer: &Answer) -> Vec<Choice> {
    let choice = |order: Order| Choice {
        word: order.word(),
        label: order.label(),
        href: Links::of(answer).to("/sources", order, answer.offset),
        is_chosen: answer.order == order,
    };
    Order::all().map(choice).collect()
}

fn heads(answer: &Answer) -> Vec<Head> {
    let links = Links::of(answer);
    let head =
        |label, first: (Order, &'static str, &'static str), other: (Order, &'static str, &'static str)| {
            let to = |order| links.to("/sources", order, answer.offset);
            let (aria, arrow, href) = match answer.order {
                order if order == first.0 => (first.1, first.2, to(other.0)),
                order if order == other.0 => (other.1, other.2, to(first.0)),
                _ => ("none", "", to(first.0)),
            };
            let sorting = Some(Sorting { aria, arrow, href });
            Head { label, sorting }
        };
    let (up, down) = (("ascending", "↑"), ("descending", "↓"));
    let name = head(
        "Source",
        (Order::Name, up.0, up.1),
        (Order::NameBackwards, down.0, down.1),
    );
    let number = |column: Column| {
        let most = (Order::Most(column), down.0, down.1);
        let least = (Order::Least(column), up.0, up.1);
        // Whoever looks at waits wants to see the shortest first.
        match column {
            Column::Response => head(column.label(), least, most),
            _ => head(column.label(), most, least),
        }
    };
    std::iter::once(name)
        .chain(Column::ALL.into_iter().map(number))
        .collect()
}

/// What the days brought, at a glance.
fn tiles(answer: &Answer) -> Vec<Tile> {
    let (links, all) = (Links::of(answer), &answer.report.all);
    let tile = |column: Column, note: String| Tile {
        label: column.label(),
        value: match column {
            // Their shares stand in the notes.
            Column::InTime => thousands(column.count(all)),
            _ => column.text(all),
        },
        note,
        href: (column.count(all) > 0).then(|| links.leads(None, column)),
    };
    let share = |column: Column| format!("{} % of leads", percent(column.count(all), all.leads));
    vec![
        tile(Column::Response, format!("{} answered", thousands(all.answered))),
        tile(Column::InTime, share(Column::InTime)),
        tile(Column::Appointments, share(Column::Appointments)),
        tile(Column::Qualified, share(Column::Qualified)),
        tile(
            Column::Won,
            format!("{}, {} lost", all.won_value, thousands(all.lost)),
        ),
    ]
}

fn rows(answer: &Answer) -> Vec<Row> {
    let (links, report) = (Links::of(answer), &answer.report);
    let most = report.sources.iter().map(|(_, numbers)| numbers.leads);
    let most = most.max().unwrap_or_default();
    let linked = |source: Option<&str>, numbers: &SourceNumbers| {
        let href = |column: Column| (column.count(numbers) > 0).then(|| links.leads(source, column));
        Column::ALL
            .map(|column| number(column, numbers, href(column)))
            .into()
    };
    let mut rows: Vec<_> = report
        .sources
        .iter()
        .map(|(source, numbers)| Row {
            sub: None,
            href: None,
            cells: linked(Some(source), numbers),
            // What is there at all is seen.
            width: percent(numbers.leads, most).max(2),
            is_sum: false,
            name: source.clone(),
        })
        .collect();
    name_them(&mut rows);
    if let Some((count, numbers)) = &report.others {
        // No list names the leads of so many sources: the next page does, source by source.
        rows.push(Row {
            name: others(*count),
            sub: None,
            href: answer
                .next_offset()
                .map(|offset| links.to("/sources", answer.order, offset)),
            cells: Column::ALL.map(|column| number(column, numbers, None)).into(),
            width: 0,
            is_sum: true,
        });
    }
    rows.push(Row {
        name: "All sources".to_owned(),
        sub: None,
        href: None,
        cells: linked(None, &report.all),
        width: 0,
        is_sum: true,
    });
    rows
}

/// Sources as people read them; two that would read alike say in small how they differ.
fn name_them(rows: &mut [Row]) {
    let names: Vec<_> = rows.iter().map(|row| source(&row.name)).collect();
    for (row, name) in rows.iter_mut().zip(&names) {
        let is_like_another = names.iter().filter(|other| *other == name).count() > 1;
        let word = std::mem::replace(&mut row.name, name.clone());
        row.sub = is_like_another.then_some(word);
    }
}

fn number(column: Column, numbers: &SourceNumbers, href: Option<String>) -> Number {
    Number {
        label: column.label(),
        text: column.text(numbers),
        href,
    }
}

fn others(count: i64) -> String {
    match count {
        1 => "1 other source".to_owned(),
        many => format!("{} other sources", thousands(many)),
    }
}
