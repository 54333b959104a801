namespace TileProof.Verification;

/// <summary>One row of <c>vectors.csv</c>: one recorded layer through one engine.</summary>
/// <param name="Layer">The name of the layer's folder.</param>
/// <param name="ConfigKey">The published layer key.</param>
/// <param name="Engine">What computed the output: <c>simulated-dsp</c>, <c>onnxruntime</c>, <c>scalar-oracle</c> or <c>generic</c>.</param>
/// <param name="Bank">The bank setting; empty for engines without banks.</param>
/// <param name="Mode"><c>dma</c> or <c>cache</c>; empty for engines without tiles.</param>
/// <param name="Landing">The landing policy; empty for engines without DMA.</param>
/// <param name="BytesCompared">Bytes of the recorded output.</param>
/// <param name="DifferingBytes">Bytes that differ from it.</param>
/// <param name="FirstMismatch">The first of them, <c>[n, c, y, x]: expected e, actual a</c>.</param>
public sealed record VectorRow(
    string Layer, string ConfigKey, string Engine, string Bank, string Mode, string Landing, int BytesCompared, int DifferingBytes, string FirstMismatch);
