using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators.Calls;
using TileProof.Verification.Fuzzing;
using TileProof.Verification.Machines;

namespace TileProof.Tests.Fuzzing;

/// <summary>What campaigns found, each as the smallest case that showed it.</summary>
public sealed class FuzzFindingsTests
{
    /// <summary>A bank that is no multiple of what the allocator rounds up to holds less than its bytes.</summary>
    [Theory]
    [InlineData(OperatorKind.QuantizePerTensor)]
    [InlineData(OperatorKind.DequantizePerTensor)]
    [InlineData(OperatorKind.QuantizedRelu)]
    [InlineData(OperatorKind.Add)]
    [InlineData(OperatorKind.Softmax)]
    [InlineData(OperatorKind.QuantizedLinear)]
    [InlineData(OperatorKind.Mean)]
    [InlineData(OperatorKind.MaxPool2d)]
    [InlineData(OperatorKind.QuantizedAdd)]
    [InlineData(OperatorKind.Requantize)]
    [InlineData(OperatorKind.Concat)]
    [InlineData(OperatorKind.Pad)]
    public void Judge_BankNoMultipleOfTheAllocation_IsRight(OperatorKind kind)
    {
        foreach (int[] banks in new int[][] { [1088, 1472], [1472, 1088], [1088], [1152] })
        {
            foreach (int alignmentBytes in new[] { 128, 256, 1024 })
            {
                foreach (int channels in new[] { 1, 127, 130, 600 })
                {
                    AssertRight(CaseOf(kind, Machine(banks, alignmentBytes)) with { Channels = channels, Routing = OperatorRouting.Dma });
                }
            }
        }
    }

    /// <summary>A correction that int32 sums do not hold saturates in every golden.</summary>
    [Fact]
    public void Judge_CorrectionBeyondInt32_GoldensAgree()
    {
        foreach (FuzzData weights in Enum.GetValues<FuzzData>())
        {
            FuzzCase one = CaseOf(OperatorKind.Conv2d, DescribedMachine.Published) with { Channels = 3, Width = 5 };
            AssertRight(one with { Calls = [new FuzzCall { Operator = OperatorKind.Conv2d, Outputs = 9, OutputScale = 0.00398518f, BiasLimit = int.MaxValue - 1, Weights = weights }] });
        }
    }

    /// <summary>A last chunk of which the published kernel computes nothing lies at the very end of its bank: the prover reads no byte behind it.</summary>
    [Theory]
    [InlineData(129, 2560, 1024)]
    [InlineData(137, 2560, 1024)]
    [InlineData(65, 1280, 1280)]
    public void Judge_LastChunkOfNoChannelAtTheEndOfItsBank_JudgesAgree(int channels, int bank0, int bank1)
    {
        foreach (ProgramLibrary library in ProgramLibrary.All)
        {
            AssertRight(CaseOf(OperatorKind.Mean, DescribedMachine.Published with { Configuration = DspConfiguration.FromBankBytes(bank0, bank1) }) with { Programs = library, Channels = channels });
        }
    }

    internal static void AssertRight(FuzzCase one)
    {
        using var oracles = new FuzzOracles();
        FuzzFinding? finding = new FuzzCheck(oracles).Judge(one, FuzzDepth.Usual).Finding;
        Assert.True(finding is null, $"{finding}: {FuzzCaseFile.Write(one)}");
    }

    private static FuzzCase CaseOf(OperatorKind kind, DescribedMachine machine) => new()
    {
        Seed = 0,
        Index = 0,
        Machine = machine,
        Programs = ProgramLibrary.Corrected,
        Height = kind == OperatorKind.Mean ? 2 : kind == OperatorKind.MaxPool2d ? 5 : 1,
        Width = kind == OperatorKind.Mean ? 2 : kind == OperatorKind.MaxPool2d ? 7 : 1,
        AllocationSeed = 3,
        Calls = [new FuzzCall { Operator = kind, Outputs = 3, StrideHeight = 2, StrideWidth = 2 }],
    };

    private static DescribedMachine Machine(int[] banks, int alignmentBytes) => DescribedMachine.Published with
    {
        Configuration = DspConfiguration.FromBankBytes(BankBytes.Of(banks)) with { AllocationAlignmentBytes = alignmentBytes, VectorBytes = 64 },
    };
}
