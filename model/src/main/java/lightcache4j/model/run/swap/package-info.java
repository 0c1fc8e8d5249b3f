/// Asynchronous swapping (LightCache, arXiv:2510.05367, section 3.2): what is kept from one use to
/// the next lives outside working memory in between.
///
/// A [lightcache4j.model.run.swap.Kept] tensor leaves as soon as it exists, copied beside the
/// computation ([lightcache4j.model.run.swap.Copier]) to a [lightcache4j.model.run.swap.Place]: a
/// scratch file where working memory is the host's, host memory where it is a device's. It comes
/// back one use ahead: uses repeat in the same order step after step
/// ([lightcache4j.model.run.swap.Order]), so a use tells which tensor is needed next, and the owner
/// of that tensor says whether it foresees needing it. Working memory is given back and taken by
/// the computing thread alone, at points that depend on nothing but the model and the policy; so a
/// rehearsal predicts the peak exactly, however fast the copies are.
package lightcache4j.model.run.swap;
