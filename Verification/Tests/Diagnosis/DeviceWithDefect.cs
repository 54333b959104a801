using System.Runtime.InteropServices;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Faults;
using TileProof.HwModel.Machine;
using TileProof.Operators;
using TileProof.Verification.Diagnosis;

namespace TileProof.Tests.Diagnosis;

/// <summary>What a device with one defect of the catalogue makes of a layer. Its memory held other bytes before than any that diagnose assumes.</summary>
internal static class DeviceWithDefect
{
    private const byte LocalBefore = 0x3C;
    private const byte OutputBefore = 0x11;

    private static readonly Func<LandingPolicy>[] Landings = [static () => new LandAtWait(), static () => new LandAtIssue(), static () => new LandAtRandom(20)];

    /// <summary>The output at the first moment of landing that makes it differ from the golden; null where none does, or the machine stops.</summary>
    public static sbyte[]? OutputOf(DiagnosisSubject subject, Fault fault, sbyte[] golden) => Landings
        .Select(landing => OutputOf(subject, fault, landing()))
        .FirstOrDefault(output => output is not null && !output.AsSpan().SequenceEqual(golden));

    /// <summary>The output; null where the machine stops.</summary>
    public static sbyte[]? OutputOf(DiagnosisSubject subject, Fault? fault, LandingPolicy landing)
    {
        var convolution = new SimulatedConvolution
        {
            Machine = subject.Machine with { PoisonByte = LocalBefore },
            Programs = subject.Programs,
            Landing = landing,
            Plan = subject.Plan,
            Weights = subject.Case.Weights,
            Requantization = subject.Case.Requantization,
            OutputBefore = OutputBefore,
            Interceptor = fault?.CreateInjector(),
        };
        try
        {
            Tensor output = convolution.Run(Tensor.FromInt8(subject.Case.Shape.InputShape(subject.Case.Batch), subject.Case.Input));
            return MemoryMarshal.Cast<byte, sbyte>(output.Bytes).ToArray();
        }
        catch (HardwareFaultException)
        {
            return null;
        }
    }
}
