using TileProof.HwModel.Device;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;
using TileProof.Verification.Options;
using Calls = TileProof.Tests.Execution.Calls;

namespace TileProof.Tests.Device;

/// <summary>Entries that are plain loops of a user: every field of every struct says what it should, for any count, and kernels are told by their lines.</summary>
public sealed class PlainEntryTests
{
    private const string Source = """
        #include <float.h>
        #include <math.h>
        #include <string.h>
        #include <api.h>
        #include <tileproof.h>
        #include <xtensa/hal.h>

        static int images;
        static int8_t level(float x) { return (int8_t)rintf(fmaxf(fminf(x, 127), -128)); }

        int plain_quantize(const tp_quantize *c)
        {
            for (int i = 0; i < c->elements; i++) { c->output[i] = level(fmaf(c->input[i], 1.0f / (float)c->scale, (float)c->zero_point)); }
            xthal_dcache_region_writeback(c->output, (size_t)c->elements);
            return 0;
        }

        int plain_dequantize(const tp_dequantize *c)
        {
            for (int i = 0; i < c->elements; i++) { c->output[i] = (float)c->scale * (float)(c->input[i] - c->zero_point); }
            xthal_dcache_region_writeback(c->output, (size_t)c->elements * 4);
            return 0;
        }

        int plain_relu(const tp_relu *c)
        {
            float scale = (float)ldexp((float)c->multiplier, c->shift - 31);
            for (int i = 0; i < c->elements; i++) {
                int x = c->input[i] - c->input_zero_point;
                c->output[i] = level(fmaf((float)(x > 0 ? x : 0), scale, (float)c->output_zero_point));
            }
            xthal_dcache_region_writeback(c->output, (size_t)c->elements);
            return 0;
        }

        int plain_add(const tp_add *c)
        {
            for (int i = 0; i < c->elements; i++) { c->output[i] = c->first[i] + c->second[i]; }
            xthal_dcache_region_writeback(c->output, (size_t)c->elements * 4);
            return 0;
        }

        int plain_mean(const tp_mean *c)
        {
            if (c->image != images++) { return 7; }
            for (int k = 0; k < c->channels; k++) {
                const float *x = c->input + k * c->height * c->width;
                float sum = x[0];
                for (int i = 1; i < c->height * c->width; i++) { sum += x[i]; }
                c->output[k] = sum / (float)(c->height * c->width);
            }
            xthal_dcache_region_writeback(c->output, (size_t)c->channels * 4);
            return 0;
        }

        int plain_maxpool(const tp_maxpool2d *c)
        {
            if (c->image != images++) { return 7; }
            for (int k = 0; k < c->channels; k++) {
                for (int y = 0; y < c->out_height; y++) {
                    for (int x = 0; x < c->out_width; x++) {
                        float most = -FLT_MAX;
                        for (int i = 0; i < c->kernel_height * c->kernel_width; i++) {
                            int row = y * c->stride - c->padding + i / c->kernel_width, column = x * c->stride - c->padding + i % c->kernel_width;
                            if (row >= 0 && row < c->in_height && column >= 0 && column < c->in_width) {
                                most = fmaxf(most, c->input[(k * c->in_height + row) * c->in_width + column]);
                            }
                        }
                        c->output[(k * c->out_height + y) * c->out_width + x] = most;
                    }
                }
            }
            xthal_dcache_region_writeback(c->output, (size_t)(c->channels * c->out_height * c->out_width) * 4);
            return 0;
        }

        int plain_linear(const tp_linear *c)
        {
            float scale = (float)ldexp((float)c->multiplier, c->shift - 31);
            for (int r = 0; r < c->rows; r++) {
                for (int j = 0; j < c->outputs; j++) {
                    int sum = c->bias[j];
                    for (int k = 0; k < c->inputs; k++) {
                        sum += (c->input[r * c->inputs + k] - c->input_zero_point) * (c->weights[j * c->inputs + k] - c->weight_zero_point);
                    }
                    c->output[r * c->outputs + j] = level((float)c->output_zero_point + rintf(scale * (float)sum));
                }
            }
            xthal_dcache_region_writeback(c->output, (size_t)(c->rows * c->outputs));
            return 0;
        }

        int plain_softmax(const tp_softmax *c)
        {
            for (int r = 0; r < c->rows; r++) { vsoftmaxf(c->output + r * c->columns, c->input + r * c->columns, c->columns); }
            xthal_dcache_region_writeback(c->output, (size_t)(c->rows * c->columns) * 4);
            return 0;
        }

        int kernel_add(const tp_add *c)
        {
            rvaddf(c->output, c->first, c->second, c->elements); /*@tail@*/
            xthal_dcache_region_writeback(c->output, (size_t)c->elements * 4);
            return 0;
        }

        int kernel_linear(const tp_linear *c)
        {
            for (int j = 0; j < c->outputs; j++) {
                c->output[j] = (int8_t)rvdot_zeropt(0, c->input, c->weights + j * c->inputs, 0, 0, c->inputs); /*@row@*/
            }
            return 0;
        }
        """;

    public static TheoryData<string, int> Cases
    {
        get
        {
            var data = new TheoryData<string, int>();
            for (int i = 0; i < PlainCalls().Length; i++)
            {
                data.Add($"{PlainCalls()[i].Name} {PlainCalls()[i].LayerKey}", i);
            }

            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Struct_SaysWhatTheCallIs(string name, int index)
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        OperatorCall call = PlainCalls()[index];
        var plain = new SampleCase(Program(folder, "plain"), ProgramLibrary.Corrected, BankSetting.Parse("4096x5120"), [call]);
        Assert.StartsWith(call.Name, name, StringComparison.Ordinal);
        plain.AssertSound(call, scheduleCount: 1, seed: 400 + index);
    }

    [SkippableFact]
    public void Kernel_ThatWritesPastACountThatIsNoMultipleOf16_IsTold() =>
        AssertTold(Calls.Add(TensorShape.FromMatrix(1, 18)), "over-write", "tail");

    [SkippableFact]
    public void Kernel_WithAlignedLoadsOfRowsElsewhere_IsTold() => AssertTold(Calls.Linear(1, 33, 3, 5), "misaligned", "row");

    private static void AssertTold(OperatorCall call, string rule, string tag)
    {
        DeviceBench.RequireCompiler();
        using var folder = new TemporaryFolder();
        var program = new SampleCase(Program(folder, "kernel"), ProgramLibrary.Published, BankSetting.Parse("16k"), [call]);
        using DeviceSession session = program.Open(call, Calls.Inputs(call, 9));
        int line = Source.Split('\n').ToList().FindIndex(text => text.Contains($"/*@{tag}@*/", StringComparison.Ordinal)) + 1;
        IReadOnlyList<RecordedHazard> hazards = RecordedCheck.Check(ProgramRecorder.Record(session.Run(new DeviceRunSettings())), program.Machine);
        Assert.Contains($"{rule} at plain.c:{line}", hazards.Select(static hazard => $"{hazard.Hazard.Rule.Name} at {hazard.Origin}"));
    }

    private static DeviceProgram Program(TemporaryFolder folder, string prefix) =>
        DeviceBench.Program(folder, new Dictionary<string, string> { ["plain.c"] = Source }) with
        {
            Entries = new Dictionary<OperatorKind, DeviceEntry>
            {
                [OperatorKind.QuantizePerTensor] = new("plain_quantize"),
                [OperatorKind.DequantizePerTensor] = new("plain_dequantize"),
                [OperatorKind.QuantizedRelu] = new("plain_relu"),
                [OperatorKind.Add] = new(prefix + "_add"),
                [OperatorKind.Mean] = new("plain_mean"),
                [OperatorKind.MaxPool2d] = new("plain_maxpool"),
                [OperatorKind.QuantizedLinear] = new(prefix + "_linear"),
                [OperatorKind.Softmax] = new("plain_softmax"),
            },
        };

    private static OperatorCall[] PlainCalls() =>
    [
        .. new[] { 1, 17, 1025 }.SelectMany(static count => new OperatorCall[]
        {
            Calls.Quantize(TensorShape.FromMatrix(1, count)), Calls.Dequantize(TensorShape.FromMatrix(1, count)),
            Calls.Relu(TensorShape.FromMatrix(1, count)), Calls.Add(TensorShape.FromMatrix(1, count)),
        }),
        Calls.Mean(TensorShape.FromNchw(2, 5, 3, 7)), Calls.MaxPool(MaxPool2dShape.Create(3, 11, 8, 3, 3, 2, 1), batch: 3),
        Calls.Linear(1, 1, 1, 6), Calls.Linear(3, 45, 7, 7, weightZeroPoint: -2), Calls.Softmax(1, 1), Calls.Softmax(3, 19),
    ];
}
