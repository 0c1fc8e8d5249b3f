/// Checkpoint files as data: what is in them is read, checked and named in errors, and never run.
///
/// **A file.** [lightcache4j.weights.Safetensors] maps a file of any size and hands out its tensors
/// as views of the mapping, in the dtype stored. It accepts what the official library accepts and
/// refuses the rest with a [lightcache4j.weights.MalformedSafetensors] that says where in the file
/// and why. [lightcache4j.weights.SafetensorsWriter] writes such files whole or not at all, tensor
/// by tensor. [lightcache4j.weights.Elements] shows the numbers of any dtype as float32.
///
/// **A component.** [lightcache4j.weights.Checkpoint] is one folder with a `config.json` and
/// weights: one file, shards under an index, or the files of a variant such as `fp16`, all mapped
/// in one arena. Its [lightcache4j.weights.Config] and [lightcache4j.weights.Weights] are what
/// models are built from: the one is read field by field with its default, the other is a cursor
/// that is handed down the layers, checks every shape, and knows at the end which tensors nobody
/// wanted.
///
/// **A model.** [lightcache4j.weights.ModelFolder] is the folder of a pipeline with its
/// `model_index.json`, or of a component alone. [lightcache4j.weights.ModelSource] finds one in a
/// folder, in an archive, which it unpacks within [lightcache4j.weights.ArchiveLimits], or in a
/// single file.
///
/// **Memory.** Opening reads headers; pages come from the disk as they are used, and the system
/// drops them as it likes, so a checkpoint may be larger than memory. What is mapped counts in the
/// [lightcache4j.tensors.MemoryLedger] under [lightcache4j.tensors.Pool#DISK] until it is closed.
/// Which of it is in memory can also be told: [lightcache4j.weights.Checkpoint#tensorsBelow] has
/// the weights of a layer, for a [lightcache4j.tensors.Residency] to fetch and evict.
///
/// Names in files may not lead out of the folder that they are in: not in an index of shards, not
/// in `model_index.json`, not in an archive.
///
/// Reading order: `Safetensors`, `SafetensorsHeader`, `SafetensorsLayout`, `Checkpoint`, `Weights`,
/// `ModelFolder`, `ModelSource`.
package lightcache4j.weights;
