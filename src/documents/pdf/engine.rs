//! The one user of typst.

use std::sync::OnceLock;

use serde_json::{Value, json};
use typst::foundations::{Bytes, Dict, Smart, Value as TypstValue};
use typst::text::Font;
use typst_as_lib::{TypstAsLibError, TypstEngine};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use super::{Marks, PdfError, clean};

/// Liberation fonts: metrics of Times New Roman and Arial, every letter of Vietnam's languages in Latin script.
/// Noto Serif, cut down: letters with a mark above a mark (ê̆, ơ̆), which Liberation Serif can't place.
const FONTS: [&[u8]; 10] = [
    include_bytes!("../../../static/fonts/pdf/LiberationSerif-Regular.ttf"),
    include_bytes!("../../../static/fonts/pdf/LiberationSerif-Bold.ttf"),
    include_bytes!("../../../static/fonts/pdf/LiberationSerif-Italic.ttf"),
    include_bytes!("../../../static/fonts/pdf/LiberationSerif-BoldItalic.ttf"),
    include_bytes!("../../../static/fonts/pdf/LiberationSans-Regular.ttf"),
    include_bytes!("../../../static/fonts/pdf/LiberationSans-Bold.ttf"),
    include_bytes!("../../../static/fonts/pdf/NotoSerif-Regular.ttf"),
    include_bytes!("../../../static/fonts/pdf/NotoSerif-Bold.ttf"),
    include_bytes!("../../../static/fonts/pdf/NotoSerif-Italic.ttf"),
    include_bytes!("../../../static/fonts/pdf/NotoSerif-BoldItalic.ttf"),
];

/// Pairs of file name and text of every template.
macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../templates/pdf/", $name)))),*]
    };
}

const TEMPLATES: [(&str, &str); 19] = templates![
    "lib.typ",
    "acknowledgement.typ",
    "mau_01.typ",
    "mau_02.typ",
    "mau_03.typ",
    "mau_04.typ",
    "mau_05.typ",
    "mau_06.typ",
    "mau_07.typ",
    "declaration.typ",
    "obligation.typ",
    "receipt.typ",
    "procedure_sheet.typ",
    "birth.typ",
    "death.typ",
    "marriage.typ",
    "marital_status.typ",
    "result.typ",
    "refusal.typ",
];

/// After how many papers typst forgets a partial result that none of them used again. Papers share little, so a
/// longer memory only costs space.
const MEMORY: usize = 4;

/// Data of one paper on its way into a template.
pub struct Sheet<'a> {
    pub paper: Value,
    pub marks: &'a Marks,
    /// The QR code as SVG.
    pub qr: String,
}

/// Fonts and templates, loaded.
pub struct Engine {
    typst: TypstEngine,
    fonts: Vec<Font>,
    standards: OnceLock<Option<PdfStandards>>,
}

impl Engine {
    /// Loads fonts and templates (a few milliseconds).
    pub fn new() -> Self {
        let fonts: Vec<Font> = FONTS.iter().flat_map(|font| Font::iter(Bytes::new(*font))).collect();
        let typst = TypstEngine::builder()
            .fonts(fonts.clone())
            .with_static_source_file_resolver(TEMPLATES)
            .comemo_evict_max_age(Some(MEMORY))
            .build();
        Self { typst, fonts, standards: OnceLock::new() }
    }

    /// Whether some font has a picture for `c`.
    fn has(&self, c: char) -> bool {
        self.fonts.iter().any(|font| font.info().coverage.contains(c as u32))
    }

    /// Sets a paper and writes it as PDF/A-2b, in the largest of `scales` in which it fits on one page
    /// (see [`Paper::scales`](crate::documents::papers::Paper::scales)).
    pub fn set(&self, template: &'static str, scales: &[f64], sheet: &Sheet<'_>) -> Result<Vec<u8>, PdfError> {
        let document = self.lay_out(template, scales, sheet)?;
        let export = |message: String| PdfError::Export { template, message };
        let standards = self
            .standards
            .get_or_init(|| PdfStandards::new(&[PdfStandard::A_2b]).ok())
            .clone()
            .ok_or_else(|| export("PDF/A-2b is not supported".into()))?;
        let options = PdfOptions {
            ident: Smart::Custom(sheet.marks.url.clone()),
            creator: Smart::Custom(Some("Một Cửa".into())),
            standards,
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&document, &options)
            .map_err(|errors| export(errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ")))
    }

    /// The pages of a paper.
    pub fn lay_out(
        &self,
        template: &'static str,
        scales: &[f64],
        sheet: &Sheet<'_>,
    ) -> Result<PagedDocument, PdfError> {
        let mut paper = sheet.paper.clone();
        clean::clean(&mut paper, &|c| self.has(c));
        let mut data = json!({
            "paper": paper,
            "marks": {
                "url": sheet.marks.url,
                "qr": sheet.qr,
                "demo": sheet.marks.demo,
                "day": sheet.marks.day,
                "scale": 1.0,
            },
        });
        for scale in scales.iter().filter(|_| scales.len() > 1) {
            set_scale(&mut data, *scale);
            let document = self.compile(template, &data)?;
            if document.pages().len() <= 1 {
                return Ok(document);
            }
        }
        set_scale(&mut data, 1.0);
        self.compile(template, &data)
    }

    fn compile(&self, template: &'static str, data: &Value) -> Result<PagedDocument, PdfError> {
        let mut inputs = Dict::new();
        inputs.insert("data".into(), TypstValue::Str(serde_json::to_string(data)?.into()));
        self.typst
            .compile_with_input(template, inputs)
            .output
            .map_err(|error| PdfError::Template { template, message: message_of(&error) })
    }
}

fn set_scale(data: &mut Value, scale: f64) {
    if let Some(slot) = data.pointer_mut("/marks/scale") {
        *slot = json!(scale);
    }
}

/// What went wrong, without the source text around it.
fn message_of(error: &TypstAsLibError) -> String {
    match error {
        TypstAsLibError::TypstSource(errors) => {
            errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}
