using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using TileProof.Verification.Accuracy;
using TileProof.Verification.Classification;
using TileProof.Verification.Hazards;
using TileProof.Verification.Mutation;
using TileProof.Verification.Originals;

namespace TileProof.Verification.Sharding.Records;

/// <summary>How results of jobs are written down and read back, a line of JSON each. Numbers come back as they were, to the last bit.</summary>
[JsonSourceGenerationOptions(
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(GoldenRecord))]
[JsonSerializable(typeof(CaseRecord))]
[JsonSerializable(typeof(EndToEndRecord))]
[JsonSerializable(typeof(ProofRecord))]
[JsonSerializable(typeof(ArithmeticRecord))]
[JsonSerializable(typeof(AdversarialRow))]
[JsonSerializable(typeof(OriginalResult))]
[JsonSerializable(typeof(BatchAccuracy))]
[JsonSerializable(typeof(MutationRow))]
[JsonSerializable(typeof(TunedLayerRecord))]
[JsonSerializable(typeof(BatchScores))]
[JsonSerializable(typeof(LayerAccuracies))]
internal sealed partial class RecordJson : JsonSerializerContext
{
    /// <summary>One line.</summary>
    public static string Write<T>(T record, JsonTypeInfo<T> type) => JsonSerializer.Serialize(record, type);

    /// <summary>The record of a line.</summary>
    public static T Read<T>(string line, JsonTypeInfo<T> type)
        where T : class => JsonSerializer.Deserialize(line, type) ?? throw new JsonException("the line holds null");
}
