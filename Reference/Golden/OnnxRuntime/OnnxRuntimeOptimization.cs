namespace TileProof.Golden.OnnxRuntime;

/// <summary>How far ONNX Runtime may rewrite a graph before it runs it.</summary>
public enum OnnxRuntimeOptimization
{
    /// <summary>Every rewrite, as a product would run it (<c>ORT_ENABLE_ALL</c>). The default.</summary>
    All,

    /// <summary>None: each node runs as written (<c>ORT_DISABLE_ALL</c>).</summary>
    None,
}
