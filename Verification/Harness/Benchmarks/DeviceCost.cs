using System.Globalization;
using System.Text;
using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Conformance;
using TileProof.Verification.Device;
using TileProof.Verification.Files;
using TileProof.Verification.Options;

namespace TileProof.Verification.Benchmarks;

/// <summary>What it costs that every access of a user's own C program is seen: its run time beside that of the same program compiled without.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="Calls">Calls of the network.</param>
/// <param name="Instrumented">Least time of all calls, as they are verified.</param>
/// <param name="Plain">Least time of all calls, compiled without the checks.</param>
/// <param name="Checks">Accesses that are checked in one run of all calls.</param>
public sealed record DeviceCost(OperatorKind Operator, int Calls, TimeSpan Instrumented, TimeSpan Plain, long Checks)
{
    private const int Repetitions = 5;

    /// <summary>Measures a program on the calls of ResNet-18 at one bank setting.</summary>
    /// <exception cref="UserInputException">The description is wrong, or the program does not compile or run.</exception>
    public static IReadOnlyList<DeviceCost> Measure(BenchOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        DeviceProgram program = DeviceProgramFile.Read(options.ProgramsFile!);
        var settings = new VerifyOptions();
        OperatorCall[] calls =
        [
            .. NetworkSource.Load("resnet18", settings).Network.Calls
                .Where(call => program.Entries.ContainsKey(call.Kind) && (call is not Conv2dCall convolution || ConvolutionKernel.Supports(convolution.Shape))),
        ];
        using var folder = new DeviceBuildFolder(options.CacheFolder);
        var builder = new DeviceBuilder(folder.Path);
        try
        {
            (DeviceBuild instrumented, DeviceBuild plain) = (Build(program), Build(program with { IsInstrumented = false }));
            var costs = new List<DeviceCost>();
            foreach (IGrouping<OperatorKind, OperatorCall> kind in calls.GroupBy(static call => call.Kind))
            {
                var total = new DeviceCost(kind.Key, 0, default, default, 0);
                foreach (OperatorCall call in kind)
                {
                    cancellation.ThrowIfCancellationRequested();
                    (TimeSpan seen, long checks) = Time(instrumented, call);
                    (TimeSpan unseen, _) = Time(plain, call);
                    total = total with { Calls = total.Calls + 1, Instrumented = total.Instrumented + seen, Plain = total.Plain + unseen, Checks = total.Checks + checks };
                }

                costs.Add(total);
            }

            return costs;
        }
        catch (DeviceBuildException exception)
        {
            throw new UserInputException(exception.Message, exception);
        }

        DeviceBuild Build(DeviceProgram form) => builder.Build(form, DeviceTable.Of(calls, options.Bank, settings), CaseMatrix.ConfigurationFor(options.Bank));

        (TimeSpan Least, long Checks) Time(DeviceBuild build, OperatorCall call)
        {
            Tensor[] inputs = [.. call.Inputs.Select(static input => Tensor.Create(input.Shape, input.ElementType))];
            using var session = new DeviceSession(build, DeviceCaseRun.CallOf(program, call, inputs, options.Bank, settings), CaseMatrix.ConfigurationFor(options.Bank));
            (long least, long checks) = (long.MaxValue, 0);
            for (int i = 0; i < Repetitions; i++)
            {
                DeviceRun run = session.Run(new DeviceRunSettings { Landing = LandingKind.AtIssue });
                if (DeviceFaultText.Of(run, program.TimeLimitMilliseconds) is { Length: > 0 } fault)
                {
                    throw new UserInputException($"{call.Name}: {(run.FaultOrigin is { } origin ? $"{origin}: " : "")}{fault}; only programs that run are timed");
                }

                (least, checks) = (Math.Min(least, run.Microseconds), run.CheckCount);
            }

            return (TimeSpan.FromMicroseconds(least), checks);
        }
    }

    /// <summary>The table, for people.</summary>
    public static string Table(string name, BankSetting bank, IReadOnlyList<DeviceCost> costs)
    {
        ArgumentNullException.ThrowIfNull(costs);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{name}: calls of resnet18 at banks {bank}, least milliseconds of {Repetitions} runs each; plain: compiled without the checks of its accesses.\n");
        var table = new MarkdownTable(text, "operator", "calls:", "checked ms:", "plain ms:", "times:", "checks:", "Mcheck/s:");
        foreach (DeviceCost cost in costs)
        {
            Row(cost.Operator.ToString(), cost);
        }

        Row("all", costs.Aggregate(static (sum, one) => sum with { Calls = sum.Calls + one.Calls, Instrumented = sum.Instrumented + one.Instrumented, Plain = sum.Plain + one.Plain, Checks = sum.Checks + one.Checks }));
        return text.ToString();

        void Row(string what, DeviceCost cost) =>
            table.Row($"{what} | {cost.Calls} | {cost.Instrumented.TotalMilliseconds:F2} | {cost.Plain.TotalMilliseconds:F2} | {cost.Instrumented / cost.Plain:F2} | {cost.Checks:N0} | {cost.Checks / cost.Instrumented.TotalSeconds / 1e6:F0}");
    }
}
