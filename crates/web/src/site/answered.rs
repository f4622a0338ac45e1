//! A question with its answer, ready to be shown.

use types::content::QuestionAndAnswer;

use super::Markup;

pub(crate) struct Answered {
    pub(crate) question: String,
    pub(crate) answer: Markup,
}

impl Answered {
    pub(crate) fn all(faqs: &[QuestionAndAnswer]) -> Vec<Self> {
        faqs.iter()
            .map(|faq| Self {
                question: faq.question.clone(),
                answer: Markup::of_markdown(&faq.answer),
            })
            .collect()
    }
}
