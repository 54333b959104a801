using System.Text.Json.Serialization;
using TileProof.Verification.Originals;

namespace TileProof.Verification.Caching;

/// <summary>How a comparison with an original file is written to the cache and read back, generated at build time.</summary>
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(OriginalResult))]
internal sealed partial class OriginalJson : JsonSerializerContext;
