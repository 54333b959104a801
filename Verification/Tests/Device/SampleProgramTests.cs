using TileProof.HwModel.Device;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Execution;
using TileProof.Tests.Support;
using TileProof.Verification;
using TileProof.Verification.Device;
using TileProof.Verification.Options;
using Xunit.Abstractions;
using Calls = TileProof.Tests.Execution.Calls;

namespace TileProof.Tests.Device;

/// <summary>The sample programs in C and the built-in ones are two writings of one program: instructions, bytes and hazards are equal.</summary>
public sealed class SampleProgramTests(ITestOutputHelper output)
{
    private static readonly string[] Libraries = ["published", "corrected"];

    public static TheoryData<string, string> Settings
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string library in Libraries)
            {
                foreach (string bank in (string[])["4k", "16384x8192", "8192x20480", "61k", "cache"])
                {
                    data.Add(library, bank);
                }
            }

            return data;
        }
    }

    /// <summary>Every operator on shapes that are not square, with tiles, chunks and rows that do not come out even.</summary>
    [SkippableTheory]
    [MemberData(nameof(Settings))]
    public void OddCalls_AreRecordedAsTheBuiltInList(string library, string bank) => Compare(library, BankSetting.Parse(bank), OddCalls(library, library == "published" ? 1 : 2));

    /// <summary>What the optimizer makes of loops changes no instruction.</summary>
    [SkippableTheory]
    [InlineData("corrected", "-O0")]
    [InlineData("published", "-O2")]
    public void OddCalls_WithAnyOptimization_AreRecordedAsTheBuiltInList(string library, string flag)
    {
        DeviceProgram program = DeviceProgramFile.Read(RepositoryPaths.Fixture("programs", library, "kernels.json")) with { Flags = [flag] };
        OperatorCall[] calls = OddCalls(library, batch: 1);
        Compare(new SampleCase(program, ProgramChoice.Parse(library), BankSetting.Parse("16384x8192"), calls), library + flag, calls);
    }

    /// <summary>The distinct calls of ResNet-18 at one setting; the slow suite has both networks at all of them.</summary>
    [SkippableTheory]
    [InlineData("published")]
    [InlineData("corrected")]
    public void CallsOfResNet18_At16k_AreRecordedAsTheBuiltInList(string library) => Compare(library, BankSetting.Parse("16k"), CallsOf("resnet18"));

    [SkippableTheory]
    [InlineData("published")]
    [InlineData("corrected")]
    public void CallsOfBothNetworks_AtEverySetting_AreRecordedAsTheBuiltInList(string library)
    {
        SlowTests.SkipUnlessAsked();
        OperatorCall[] calls = [.. CallsOf("resnet18"), .. CallsOf("resnet50")];
        foreach (BankSetting bank in BankSetting.All)
        {
            Compare(library, bank, calls);
        }
    }

    [SkippableFact]
    public void CorrectedSamples_UnderAHundredSchedules_BreakNoRule() => AssertSound([BankSetting.Parse("4096x5120")]);

    [SkippableFact]
    public void CorrectedSamples_AtEverySetting_UnderAHundredSchedules_BreakNoRule()
    {
        SlowTests.SkipUnlessAsked();
        AssertSound(BankSetting.All);
    }

    private static void AssertSound(IReadOnlyList<BankSetting> banks)
    {
        const int ScheduleCount = 100;
        OperatorCall[] calls = [.. EveryOperatorNetwork.Create(batch: 1).Calls];
        foreach (BankSetting bank in banks)
        {
            var sample = new SampleCase("corrected", bank, calls);
            for (int i = 0; i < calls.Length; i++)
            {
                sample.AssertSound(calls[i], ScheduleCount, seed: 300 + i);
            }
        }
    }

    private void Compare(string library, BankSetting bank, OperatorCall[] calls) => Compare(new SampleCase(library, bank, calls), $"{library} at {bank}", calls);

    private void Compare(SampleCase sample, string name, OperatorCall[] calls)
    {
        OperatorCall[] distinct = [.. calls.DistinctBy(static call => (call.Kind, call.LayerKey, call.Input.Shape))];
        long instructions = 0;
        for (int i = 0; i < distinct.Length; i++)
        {
            instructions += sample.AssertEqual(distinct[i], seed: 100 + i);
        }

        output.WriteLine($"{name}: {distinct.Length} programs of {calls.Length} calls, {instructions} instructions");
    }

    private static OperatorCall[] CallsOf(string network) => [.. NetworkSource.Load(network, new VerifyOptions()).Network.Calls];

    /// <summary>The sample in C of the corrected library leaves max pooling of other strides than 2 to the portable kernel, for which the built-in library has tiles of its own.</summary>
    /// <param name="library">The library.</param>
    /// <param name="batch">Images of a convolution; the published driver computes the first only.</param>
    private static OperatorCall[] OddCalls(string library, int batch) =>
        [.. OddCalls(batch).Where(call => library == "published" || call is not MaxPool2dCall { Shape.Stride: not 2 })];

    private static OperatorCall[] OddCalls(int batch) =>
    [
        .. EveryOperatorNetwork.Create(batch: 1).Calls,
        .. new[] { 1, 7, 8, 15, 16, 33, 1022, 1023, 1024, 1025, 6554, 12597, 30001 }.SelectMany(static count => new OperatorCall[]
        {
            Calls.Quantize(Flat(count)), Calls.Dequantize(Flat(count)), Calls.Relu(Flat(count)), Calls.Add(Flat(count)),
        }),
        Calls.Add(Flat(20006)),
        Calls.Mean(TensorShape.FromNchw(1, 5, 2, 2)), Calls.Mean(TensorShape.FromNchw(1, 437, 2, 2)), Calls.Mean(TensorShape.FromNchw(3, 37, 2, 2)), Calls.Mean(TensorShape.FromNchw(2, 299, 2, 2)), Calls.Mean(TensorShape.FromNchw(2, 5, 4, 3)), Calls.Mean(TensorShape.FromNchw(1, 21, 3, 5)),
        Calls.MaxPool(MaxPool2dShape.Create(5, 29, 18, 3, 3, 2, 1)), Calls.MaxPool(MaxPool2dShape.Create(19, 13, 21, 2, 2, 2, 0)),
        Calls.MaxPool(MaxPool2dShape.Create(3, 9, 14, 3, 3, 1, 1)), Calls.MaxPool(MaxPool2dShape.Create(4, 11, 17, 3, 3, 3, 0)),
        Calls.MaxPool(MaxPool2dShape.Create(7, 10, 12, 3, 3, 2, 1), batch: 2),
        Calls.Linear(1, 9, 4, 11), Calls.Linear(3, 40, 6, 12), Calls.Linear(1, 520, 37, 13, weightZeroPoint: 3), Calls.Linear(1, 512, 65, 14), Calls.Linear(1, 4099, 7, 15),
        Calls.Softmax(1, 10), Calls.Softmax(5, 33), Calls.Softmax(3, 1025), Calls.Softmax(2, 3000),
        Calls.Conv(Conv2dShape.Create(12, 10, 18, 20, 3, 3, 1, 1), 21), Calls.Conv(Conv2dShape.Create(6, 15, 9, 10, 1, 1, 2, 0), 22, batch),
        Calls.Conv(Conv2dShape.Create(33, 7, 11, 14, 1, 1, 1, 0), 23, perChannel: true),
        Calls.Conv(Conv2dShape.Create(5, 13, 11, 9, 3, 3, 1, 0), 24), Calls.Conv(Conv2dShape.Create(4, 12, 17, 6, 3, 3, 2, 2), 25) with { ClampMinimum = -3, ClampMaximum = 41 },
        Calls.Conv(Conv2dShape.Create(3, 16, 19, 5, 7, 7, 2, 1), 26),
    ];

    private static TensorShape Flat(int count) => TensorShape.FromMatrix(1, count);
}
