/// An interpreter of the part of Jinja that chat templates are written in.
///
/// A template comes with a checkpoint, so it is data of strangers: it can read what it is given,
/// compute within a budget and write text; there are no files, classes, imports or clock to reach.
/// Tags, filters and tests that are not built here are errors when the template is read, methods
/// when it is rendered.
///
/// Reading order: `Template`, `Lexer`, `Parser`, `Expression`, `Renderer`, `Evaluator`.
package lightcache4j.model.text.jinja;
