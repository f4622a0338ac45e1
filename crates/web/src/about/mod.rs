//! `/about`: who this is, what clients said, and what people ask about the business.

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::documents::{self, DocumentFilter};
use server::{Failure, page};
use types::{
    PageRequest,
    content::{Faq, PageName, QuestionAndAnswer, Testimonial},
};

use crate::{
    app::App,
    site::{Answered, Frame, Markup, Structured},
    visitor::Visitor,
    words::Words,
};

/// More than a page of either is a wall.
const SHOWN: PageRequest = PageRequest::new(24, 0);

#[derive(Template)]
#[template(path = "about/about.html")]
struct About {
    frame: Frame,
    words: Words,
    testimonials: Vec<Testimonial>,
    questions: Vec<QuestionAndAnswer>,
    faqs: Vec<Answered>,
}

pub(crate) async fn page(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
) -> Result<Response, Failure> {
    let scope = &visitor.site.scope;
    let mut tx = app.db.read(scope).await?;
    let all = DocumentFilter::default();
    let testimonials = documents::list::<Testimonial>(&mut tx, scope, all, SHOWN).await?;
    let faqs = documents::list::<Faq>(&mut tx, scope, all, SHOWN).await?;
    drop(tx);
    let words = Words::of(&app, &visitor, &frame.brand, PageName::About).await?;
    let approved = testimonials.items.into_iter().map(|found| found.document);
    let questions: Vec<_> = faqs
        .items
        .into_iter()
        .map(|found| asked(found.document))
        .collect();
    page::public(&About {
        frame,
        words,
        testimonials: approved.filter(|testimonial| testimonial.approved).collect(),
        faqs: Answered::all(&questions),
        questions,
    })
}

fn asked(faq: Faq) -> QuestionAndAnswer {
    QuestionAndAnswer {
        question: faq.question,
        answer: faq.answer,
    }
}

impl About {
    fn structured(&self) -> Markup {
        Structured::of(&self.frame)
            .breadcrumbs(&[("About", "/about")])
            .with(self.frame.business())
            .questions(&self.questions)
            .finish()
    }
}
