/// Checkpoint files as data: safetensors, sharded folders, archives, JSON configurations.
package lightcache4j.weights;
