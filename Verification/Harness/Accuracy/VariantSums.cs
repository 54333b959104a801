namespace TileProof.Verification.Accuracy;

/// <summary>What a batch of images adds to one variant of a network.</summary>
/// <param name="Calls">Every call, in order.</param>
/// <param name="WithFloat">The classes of the variant beside those of the float network.</param>
/// <param name="WithOnnxInt8">The same beside those of ONNX Runtime int8.</param>
/// <param name="ComparedWithGeneric">int8 elements compared with the generic operators.</param>
/// <param name="EqualToGeneric">Those that are equal.</param>
internal sealed record VariantSums(AccuracySums[] Calls, ClassCounts WithFloat, ClassCounts WithOnnxInt8, long ComparedWithGeneric, long EqualToGeneric);
