namespace TileProof.Verification.Fuzzing;

/// <summary>Which goldens take part in a fuzz case beside those of every case.</summary>
[Flags]
public enum FuzzDepth
{
    /// <summary>The scalar oracle and the host kernels only.</summary>
    Usual = 0,

    /// <summary>The graph of each call in ONNX Runtime.</summary>
    OnnxRuntime = 1,

    /// <summary>The data-parallel kernels compiled by ILGPU for its CPU accelerator.</summary>
    Ilgpu = 2,

    /// <summary>Everything.</summary>
    All = OnnxRuntime | Ilgpu,
}
