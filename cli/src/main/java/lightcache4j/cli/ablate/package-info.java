/// The experiment of the LightCache paper (arXiv:2510.05367, section 4), rerun on any checkpoint:
/// what caching saves, what its three techniques for memory add and cost, and whether fewer steps
/// would not do as well.
///
/// A [lightcache4j.cli.ablate.Plan] says what to compare; [lightcache4j.cli.ablate.Experiment] runs
/// it and gives [lightcache4j.cli.ablate.Results]: rows of numbers, each a
/// [lightcache4j.cli.ablate.Column]'s mean and spread. Tables, CSV, JSON and the page
/// ([lightcache4j.cli.ablate.HtmlReport]) are four views of the same rows.
///
/// Reading order: `Contenders`, `Experiment`, `Column`, `Results`; then the views.
package lightcache4j.cli.ablate;
