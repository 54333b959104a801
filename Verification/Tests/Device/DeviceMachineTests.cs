using System.Globalization;
using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;

using TileProof.HwModel.Machine;
using TileProof.Tests.Support;

namespace TileProof.Tests.Device;

/// <summary>A program sees the machine that is described: banks, channels, vectors, cache.</summary>
public sealed class DeviceMachineTests
{
    public static TheoryData<int[], int, int, int, bool> Machines => new()
    {
        { [4096], 1, 128, 32, true },
        { [4096, 5120], 2, 64, 128, true },
        { [2048, 4096, 1024], 2, 64, 64, true },
        { [1024, 1024, 1024, 1024, 1024, 1024, 1024, 2048], 1, 64, 16, false },
    };

    /// <summary>Each bank is filled, loaded from and stored from; lines and their absence show.</summary>
    [SkippableTheory]
    [MemberData(nameof(Machines))]
    public void Machine_IsWhatTheProgramSees(int[] banks, int channels, int vectorBytes, int lineBytes, bool hasCache)
    {
        DspConfiguration machine = MachineOf(banks) with { DmaChannelCount = channels, VectorBytes = vectorBytes, CacheLineBytes = lineBytes, HasDataCache = hasCache };
        string text = $$"""
            if (XCHAL_NUM_DATARAM != {{banks.Length}} || XCHAL_IDMA_NUM_CHANNELS != {{channels}} || XCHAL_IVPN_SIMD_WIDTH != {{vectorBytes / 2}}) return 1;
            if (XCHAL_DATARAM{{banks.Length - 1}}_SIZE != {{banks[^1]}} || XCHAL_DCACHE_LINESIZE != {{lineBytes}}) return 2;
            for (int b = 0; b < {{banks.Length}}; b++) {
                int8_t *at = tileproof_bank(b);
                if (at == NULL || tileproof_bank_bytes(b) == 0) return 3;
                memset(at, b, tileproof_bank_bytes(b));
                at[0] = (int8_t)(b + 1);
                idma_copy_desc({{channels - 1}}, c->output + b, at, 1, 0);
                idma_hw_wait_all({{channels - 1}});
                idma_copy_desc(0, at + 1, c->output + b, 1, 0);
                idma_hw_wait_all(0);
                if (at[1] != b + 1) return 4;
            }
            if (tileproof_bank({{banks.Length}}) != NULL || tileproof_bank(-1) != NULL) return 5;
            c->output[256] = 7;
            int8_t *at = tileproof_bank(0);
            idma_copy_desc(0, at, c->output + 256, 1, 0);
            idma_hw_wait_all(0);
            if ((at[0] == 7) != {{(hasCache ? 0 : 1)}}) return 6;
            c->output[256 + {{lineBytes}}] = 8;
            xthal_dcache_region_writeback(c->output + 256, 1);
            idma_copy_desc(0, at, c->output + 256, {{lineBytes}} + 1, 0);
            idma_hw_wait_all(0);
            return at[0] != 7 || (at[{{lineBytes}}] == 8) != {{(hasCache ? 0 : 1)}};
            """;
        DeviceRun run = Run(machine, text);
        Assert.Equal((DeviceFaultKind.None, 0), (run.Fault, run.Status));
        Assert.Equal(Enumerable.Range(1, banks.Length).Select(static n => (byte)n), run.OutputAtReturn.Take(banks.Length));
        Assert.DoesNotContain(RecordedCheck.Check(ProgramRecorder.Record(run), machine), static hazard => hazard.Hazard.Rule.Name.StartsWith("outside", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void ThirdBank_HasAnEnd()
    {
        DspConfiguration machine = MachineOf([1024, 1024, 2048]);
        DeviceRun run = Run(machine, "static int8_t mine[64] __attribute__((section(\".dram2.data\"))); mine[0] = 1; memset(tileproof_bank(2), 0, 2049); return mine[0];");
        RecordedHazard hazard = Assert.Single(RecordedCheck.Check(ProgramRecorder.Record(run), machine), static one => one.Hazard.Rule.Name.StartsWith("outside", StringComparison.Ordinal));
        Assert.Equal("DRAM2", hazard.Hazard.Memory);
    }

    [SkippableFact]
    public void ChannelThatTheMachineLacks_IsAFault()
    {
        DeviceRun run = Run(MachineOf([2048]) with { DmaChannelCount = 1 }, "idma_hw_wait_all(1); return 0;");
        Assert.Equal((DeviceFaultKind.Channel, 1), (run.Fault, run.FaultDetail));
    }

    private static DspConfiguration MachineOf(int[] banks) => DspConfiguration.FromBankBytes(BankBytes.Of(banks));

    private static DeviceRun Run(DspConfiguration machine, string body)
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        string text = string.Create(CultureInfo.InvariantCulture, $$"""
            #define IDMA_USE_MULTICHANNEL 1
            #include <xtensa/idma.h>
            #include <xtensa/hal.h>
            #include <tileproof.h>
            #include <string.h>
            int run(const tp_conv2d *c)
            {
                (void)c;
            {{body}}
            }
            """);
        DeviceBuild build = DeviceBench.Build(DeviceBench.Program(folder, new Dictionary<string, string> { ["main.c"] = text }), machine, [DeviceBench.Plan]);
        (sbyte[] weights, var kernel, var input) = DeviceBench.Data(DeviceBench.Shape);
        using var session = new DeviceSession(build, DeviceCall.Convolution(DeviceBench.Plan, weights, kernel, input, machine.PoisonByte), machine);
        return session.Run(new DeviceRunSettings { Landing = LandingKind.AtWait });
    }
}
