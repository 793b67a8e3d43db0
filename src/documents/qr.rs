//! QR codes as SVG: for pages with a title that is read aloud, and plain for papers.

use std::fmt::Write;
use std::io::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the code that scanners need (ISO/IEC 18004).
const QUIET: usize = 4;

/// The text does not fit into a QR code (about 2,300 bytes at medium error correction).
#[derive(Debug, thiserror::Error)]
#[error("the text is too long for a QR code: {0}")]
pub struct TooLong(#[from] qrcode::types::QrError);

/// A QR code of `text` for a page: an `<svg role="img">` named by `title`, sized by the page's CSS.
pub fn svg(text: &str, title: &str) -> Result<String, TooLong> {
    let code = Modules::of(text)?;
    let side = code.width + 2 * QUIET;
    let title = escape(title);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"qr\" role=\"img\" aria-label=\"{title}\" \
         viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><title>{title}</title>\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{}\"/></svg>",
        code.path(QUIET)
    ))
}

/// A QR code of `text` as a picture for papers: no title (the template gives its own alternative text), a narrow
/// margin since paper is white around it.
pub fn picture(text: &str) -> Result<String, TooLong> {
    let code = Modules::of(text)?;
    let side = code.width + 2;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"{side}\" height=\"{side}\">\
         <path fill=\"#000\" d=\"{}\"/></svg>",
        code.path(1)
    ))
}

/// A QR code of `text` as a PNG file, each module `pixels` wide, with the light margin that scanners need.
pub fn png(text: &str, pixels: usize) -> Result<Vec<u8>, TooLong> {
    let (code, pixels) = (Modules::of(text)?, pixels.max(1));
    let side = (code.width + 2 * QUIET) * pixels;
    let is_dark = |x: usize, y: usize| {
        let at = |pixel: usize| (pixel / pixels).checked_sub(QUIET).filter(|module| *module < code.width);
        at(x).zip(at(y)).is_some_and(|(x, y)| code.colors.get(y * code.width + x) == Some(&Color::Dark))
    };
    // One bit a pixel, a row filled up to whole bytes, before each row the filter «none».
    let mut rows = Vec::with_capacity(side * (side / 8 + 2));
    for y in 0..side {
        rows.push(0);
        for first in (0..side).step_by(8) {
            rows.push((first..first + 8).fold(0_u8, |byte, x| (byte << 1) | u8::from(!is_dark(x, y))));
        }
    }
    let width = u32::try_from(side).unwrap_or(u32::MAX).to_be_bytes();
    // Bits a pixel, kind (grey), compression, filter, interlacing.
    let head = [&width[..], &width[..], &[1_u8, 0, 0, 0, 0][..]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", head), (b"IDAT", deflated(&rows)), (b"IEND", Vec::new())] {
        png.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
        let mut sum = flate2::Crc::new();
        for part in [&kind[..], &data] {
            sum.update(part);
            png.extend(part);
        }
        png.extend(sum.sum().to_be_bytes());
    }
    Ok(png)
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    // Writing to memory can't fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// The dark and light squares of a code.
struct Modules {
    width: usize,
    colors: Vec<Color>,
}

impl Modules {
    fn of(text: &str) -> Result<Self, TooLong> {
        let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M)?;
        Ok(Self { width: code.width(), colors: code.into_colors() })
    }

    /// One rectangle for each run of dark modules in a row, shifted by `margin`.
    fn path(&self, margin: usize) -> String {
        let mut path = String::with_capacity(self.colors.len() * 3);
        for (y, row) in self.colors.chunks(self.width.max(1)).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run.first() == Some(&Color::Dark) {
                    // Writing to a String can't fail.
                    let _ = write!(path, "M{} {}h{}v1h-{}z", x + margin, y + margin, run.len(), run.len());
                }
                x += run.len();
            }
        }
        path
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws the path back into squares.
    fn dark_squares(svg: &str) -> std::collections::BTreeSet<(usize, usize)> {
        let path = svg.rsplit("d=\"").next().unwrap().split('"').next().unwrap();
        let mut squares = std::collections::BTreeSet::new();
        for run in path.split('M').skip(1) {
            let (at, rest) = run.split_once('h').unwrap();
            let (x, y) = at.split_once(' ').unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            let length: usize = rest.split('v').next().unwrap().parse().unwrap();
            squares.extend((x..x + length).map(|x| (x, y)));
        }
        squares
    }

    #[test]
    fn the_drawn_squares_are_the_codes_dark_modules() {
        let text = "https://dichvucong.example.vn/xac-thuc/7K3Q9ZTAB4XW2M";
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let width = code.width();
        let expected: std::collections::BTreeSet<_> = code
            .into_colors()
            .iter()
            .enumerate()
            .filter(|(_, color)| **color == Color::Dark)
            .map(|(i, _)| (i % width + QUIET, i / width + QUIET))
            .collect();
        assert_eq!(dark_squares(&svg(text, "Mã QR").unwrap()), expected);
    }

    #[test]
    fn the_png_has_the_codes_modules() {
        use std::io::Read as _;
        let text = "00020101021238570010A000000727";
        let png = png(text, 3).unwrap();
        let code = Modules::of(text).unwrap();
        let side = (code.width + 2 * QUIET) * 3;
        assert_eq!(png[16..20], u32::try_from(side).unwrap().to_be_bytes());
        let start = 8 + 25 + 8;
        let length = usize::try_from(u32::from_be_bytes(png[33..37].try_into().unwrap())).unwrap();
        let mut rows = Vec::new();
        flate2::read::ZlibDecoder::new(&png[start..start + length]).read_to_end(&mut rows).unwrap();
        let stride = side.div_ceil(8) + 1;
        assert_eq!(rows.len(), stride * side);
        for (i, color) in code.colors.iter().enumerate() {
            let (x, y) = ((i % code.width + QUIET) * 3 + 1, (i / code.width + QUIET) * 3 + 1);
            let is_light = (rows[y * stride + 1 + x / 8] >> (7 - x % 8)) & 1 == 1;
            assert_eq!(is_light, *color == Color::Light, "module {i}");
        }
    }

    #[test]
    fn the_title_is_escaped_and_read_aloud() {
        let svg = svg("x", "Mã <QR> & \"hồ sơ\"").unwrap();
        assert!(svg.contains("<title>Mã &lt;QR&gt; &amp; &quot;hồ sơ&quot;</title>"));
        assert!(svg.contains("role=\"img\""));
    }

    #[test]
    fn a_text_that_does_not_fit_is_refused() {
        assert!(svg(&"a".repeat(5000), "x").is_err());
    }
}
