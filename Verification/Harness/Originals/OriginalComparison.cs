namespace TileProof.Verification.Originals;

/// <summary>What is compared with the original file in ONNX Runtime.</summary>
public enum OriginalComparison
{
    /// <summary>The imported call, computed as the vendor's generic operators compute it, on the file's own inputs; of a float file, the imported network. Must agree.</summary>
    Import,

    /// <summary>The golden result, which the simulated DSP is held against byte by byte, with the differences of all calls before. Only reported.</summary>
    Dsp,

    /// <summary>The file in ONNX Runtime's default mode on this host, against the exact mode; fused in both. Only reported.</summary>
    DefaultMode,
}
