using TileProof.HwModel.Executors;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.Operators;
using TileProof.Verification;
using TileProof.Golden.Scalar;
using System.Diagnostics;
namespace TileProof.Tests.Hazards;
public sealed class ScratchProbe(Xunit.Abstractions.ITestOutputHelper o)
{
    [Fact]
    public void Probe()
    {
        foreach (KernelVariant v in Enum.GetValues<KernelVariant>())
        foreach (int bank in new[] { 62976, 32768, 16384, 8192, 4096 })
        {
            var counts = new SortedDictionary<string, long>();
            foreach (Conv2dShape shape in ResNetLayerShapes.ResNet18.Concat(ResNetLayerShapes.Pointwise))
            {
                var c = DspConfiguration.FromBankBytes(bank, bank) with { OutOfBounds = v == KernelVariant.Corrected ? OutOfBoundsBehavior.Fault : OutOfBoundsBehavior.Continue };
                var cs = ConvolutionCase.Create(shape, 1, 5);
                var m = new HazardMonitor(c);
                var sw = Stopwatch.StartNew();
                byte[] r = new ConvolutionRun { Case = cs, Configuration = c, Variant = v }.Execute(m);
                var t1 = sw.ElapsedMilliseconds; sw.Restart();
                new ConvolutionRun { Case = cs, Configuration = c, Variant = v }.Execute();
                var t2 = sw.ElapsedMilliseconds;
                var g = ScalarConv2d.Compute(shape, 1, cs.Input, cs.Weights, cs.Requantization).Output;
                bool eq = System.Runtime.InteropServices.MemoryMarshal.AsBytes<sbyte>(g).SequenceEqual(r);
                o.WriteLine($"{v} {bank} {shape.ConfigKey} equal={eq} kinds={m.Hazards.Count} with={t1}ms without={t2}ms levels={g.Distinct().Count()} shift={cs.Requantization.AccumulatorShift}");
                foreach (var h in m.Hazards) counts[h.Rule.Name] = counts.GetValueOrDefault(h.Rule.Name) + h.Occurrences;
                if (v != KernelVariant.Corrected && bank == 62976 && shape.InChannels is 512 or 3) foreach (var h in m.Hazards) { o.WriteLine("   " + h); if (shape.InHeight == 2) foreach (var l in h.Timeline) o.WriteLine("        " + l); }
            }
            o.WriteLine($"== {v} {bank}: " + string.Join(", ", counts.Select(p => p.Key + " " + p.Value)));
        }
    }
}
