using System.Text.Json.Serialization;
using TileProof.Verification.Accuracy;

namespace TileProof.Verification.Caching;

/// <summary>How an accuracy report is written to the cache and read back, generated at build time: a run has no code to make for it.</summary>
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(NetworkAccuracy))]
internal sealed partial class AccuracyJson : JsonSerializerContext;
