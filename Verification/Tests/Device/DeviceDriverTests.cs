using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification.Device;

namespace TileProof.Tests.Device;

/// <summary>A program that does the driver's part itself: it derives the integers, keeps the cache in step, and gets the golden's bytes.</summary>
public sealed class DeviceDriverTests
{
    /// <summary>The published derivation (operator contract, section 1a.2), written from there.</summary>
    private const string Driver = """
        #include <math.h>
        #include <stdlib.h>
        #include <xtensa/hal.h>
        #include "layer_configs.h"
        #include <tileproof.h>
        int executor(const tp_conv2d *c);
        static int32_t kernel_bias[64];
        static long long away(double x) { return (long long)(x < 0 ? x - 0.5 : x + 0.5); }
        static long long scaled(float eff, int bits) { return (int32_t)((double)eff * ldexp(1, bits)); }
        int run(const tp_conv2d *c)
        {
            if (c->scales != NULL || c->accum_shift != 0 || c->bias_scales == NULL || c->bias_scale_count != 1) return 60;
            float eff = c->bias_scales[0] / c->model_output_scale;
            int taps = c->in_channels * c->kernel_height * c->kernel_width;
            long long zero = c->output_zero_point == 0 ? 0 : away((double)c->output_zero_point / (double)eff), norm = 0, largest = 0;
            for (int o = 0; o < c->out_channels; o++) {
                long long sum = 0, all = 0;
                for (int i = 0; i < taps; i++) {
                    int w = c->weights[o * taps + i];
                    sum += w;
                    all += abs(w);
                }
                long long target = c->bias[o] - c->input_zero_point * sum + zero;
                long long kept = target < -8388608 ? -8388608 : target > 8388607 ? 8388607 : target;
                if (kept != target) return 61;
                kernel_bias[o] = (int32_t)kept;
                largest = llabs(kept) > largest ? llabs(kept) : largest;
                norm = all > norm ? all : norm;
            }
            float most = (float)largest + (float)norm * 128.0f;
            int accum = 0, shift = 15;
            while (accum < 31 && most / ldexpf(1, accum) > 32767.0f) accum++;
            long long scale = scaled(eff, accum + 15);
            while (scale > 65535 && shift > 0) scale = scaled(eff, accum + --shift);
            if (scale < 16384)
                while (shift < 31 && accum + shift + 1 <= 62 && scaled(eff, accum + shift + 1) <= 65535) scale = scaled(eff, accum + ++shift);
            conv_layer_config_t layer = *c->layer;
            tp_conv2d kernel = *c;
            layer.accum_shift = accum; layer.output_shift = shift; layer.output_scale = (int)scale;
            kernel.layer = &layer;
            kernel.bias = kernel_bias;
            xthal_dcache_region_writeback((void *)c->input, (size_t)(c->in_channels * c->in_height * c->in_width));
            xthal_dcache_region_writeback((void *)c->weights, (size_t)(taps * c->out_channels));
            xthal_dcache_region_invalidate(c->output, (size_t)(c->out_channels * c->out_height * c->out_width)); /*@first@*/
            int status = executor(&kernel);
            xthal_dcache_region_invalidate(c->output, (size_t)(c->out_channels * c->out_height * c->out_width));
            return status;
        }
        """;

    [SkippableFact]
    public void ProgramWithItsOwnDriver_GivesTheGoldenBytes_AndNoHazard()
    {
        DeviceBench.RequireCompiler();
        Conv2dCall call = DeviceBench.Operator();
        Requantization kernel = call.Requantize(ParameterDerivation.L1Norm);
        Assert.False(kernel.HasPostCorrection);
        using var folder = new TemporaryFolder();
        using DeviceSession session = Open(folder, call, Driver);
        (_, _, Tensor input) = DeviceBench.Data(call.Shape);
        byte[] expected = new SimulatedConvolution { Machine = DeviceBench.Machine, Landing = new LandAtIssue(), Plan = DeviceBench.Plan, Weights = call.Weights, Requantization = kernel }.Run(input).Bytes.ToArray();
        foreach (LandingKind landing in (LandingKind[])[LandingKind.AtIssue, LandingKind.AtWait, LandingKind.Random])
        {
            DeviceRun run = session.Run(new DeviceRunSettings { Landing = landing });
            Assert.Equal((DeviceFaultKind.None, 0), (run.Fault, run.Status));
            Assert.Equal(expected, run.OutputAtReturn);
        }

        RecordedProgram program = ProgramRecorder.Record(session.Run(new DeviceRunSettings()));
        Assert.Empty(RecordedCheck.Check(program, DeviceBench.Machine));

        // The derived biases are a variable of the program, which its own driver may load from.
        Assert.NotEmpty(program.ForeignBuffers);
        Assert.Empty(DeviceCaseRun.ForeignOf(program));
        Assert.Equal(2, program.Instructions.Count(static one => one.Kind == InstructionKind.WriteBack));
    }

    /// <summary>Nobody writes back for it, so that a dirty output line is its own fault.</summary>
    [SkippableFact]
    public void OwnDriver_ThatLeavesTheOutputDirty_IsFound()
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        using DeviceSession session = Open(folder, DeviceBench.Operator(), Driver.Replace("xthal_dcache_region_invalidate(c->output, (size_t)(c->out_channels * c->out_height * c->out_width)); /*@first@*/", "c->output[0] = 1;", StringComparison.Ordinal));
        RecordedProgram program = ProgramRecorder.Record(session.Run(new DeviceRunSettings()));
        Assert.Contains(RecordedCheck.Check(program, DeviceBench.Machine), static hazard => hazard.Hazard.Rule.Name == "dma-writes-under-dirty-line");
    }

    private static DeviceSession Open(TemporaryFolder folder, Conv2dCall call, string driver)
    {
        Dictionary<string, string> files = ElsewhereProgram.Files(("int run(const tp_conv2d *c)", "int executor(const tp_conv2d *c)"));
        files["driver.c"] = driver;
        DeviceProgram program = DeviceBench.Program(folder, files) with { Driver = DeviceDriver.User };
        DeviceBuild build = DeviceBench.Build(program, DeviceBench.Machine, [DeviceBench.Plan]);
        return new DeviceSession(build, DeviceCall.OperatorConvolution(DeviceBench.Plan, call, DeviceBench.Data(call.Shape).Input, DeviceBench.Machine.PoisonByte), DeviceBench.Machine);
    }
}
