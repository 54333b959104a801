using TileProof.HwModel.Device;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Verification.Caching;
using TileProof.Verification.Conformance;
using TileProof.Verification.Files;
using TileProof.Verification.Options;
using TileProof.Verification.Progress;

namespace TileProof.Verification.Device;

/// <summary>Verifies a user's own tile program: every call that it has an entry for, at every bank setting, bit for bit and by the hazard rules.</summary>
public static class DeviceVerification
{
    /// <summary>Runs the cases, writes the reports and returns the exit code.</summary>
    /// <param name="options">What to run; <see cref="VerifyOptions.ProgramsFile"/> names the program.</param>
    /// <param name="progress">Told how far the run has come.</param>
    /// <param name="output">Receives the summary for people.</param>
    /// <param name="cancellation">Stops the run between cases.</param>
    /// <exception cref="UserInputException">The description is wrong, or there is no compiler.</exception>
    public static int Execute(VerifyOptions options, IProgressReporter progress, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(output);
        string file = options.ProgramsFile!;
        if (ProgramChoice.IsRecorded(file))
        {
            return RecordedVerification.Execute(options, output);
        }

        DeviceProgram program = DeviceProgramFile.Read(file);
        Refuse(options);
        ReportFolder folder = ReportFolder.Open(options.OutputFolder, "verify");
        using var builds = new DeviceBuildFolder(options.CacheFolder);
        RequireCompiler(program);
        var outcome = new DeviceOutcome();
        using GoldenEngines engines = GoldenEngines.Open(options.Device);
        var results = ResultCache.Open(options.CacheFolder, progress);
        NetworkSource[] sources = ConformanceRun.LoadAll(options, withFloatForms: false, results);
        IneffectiveOptions.Refuse(options, sources);
        GoldenCall[] goldens = [.. sources.SelectMany(source => Goldens(source, engines, options, results, progress, cancellation))];
        GoldenCall[] covered = [.. goldens.Where(golden => IsCovered(program, golden))];
        outcome.CallsWithoutEntry = goldens.Length - covered.Length;
        if (covered.Length == 0)
        {
            throw new UserInputException($"{options.ProgramsFile}: no chosen call has an entry; it has {string.Join(", ", program.Entries.Keys.Order())}");
        }

        Run(program, covered, options, new DeviceBuilder(builds.Path), outcome, progress, cancellation);
        DeviceReport.Write(program, outcome, options, folder, output);
        folder.Complete(progress);
        return outcome.IsProven ? ExitCode.Proven : ExitCode.NotProven;
    }

    private static void Refuse(VerifyOptions options)
    {
        if (options.VectorsFolder is not null)
        {
            throw new UserInputException("--vectors has no effect with a device program; leave it out");
        }
    }

    private static void RequireCompiler(DeviceProgram program)
    {
        try
        {
            DeviceCompiler.Find(program.Compiler);
        }
        catch (DeviceBuildException exception)
        {
            throw new UserInputException(exception.Message, exception);
        }
    }

    private static GoldenCall[] Goldens(
        NetworkSource source, GoldenEngines engines, VerifyOptions options, ResultCache? results, IProgressReporter progress, CancellationToken cancellation)
    {
        progress.Say($"{source.Network.Name}: golden results of {Counted.Of(source.Network.Calls.Count, "calls")}");
        HashSet<OperatorCall> selected = [.. CallSelection.Select([source.Network], options)];
        Tensor image = source.FirstImage;
        var cache = NetworkCache.Open(results, source, image, engines, options);
        IReadOnlyList<GoldenCall> all = cache?.Goldens(Compute) ?? Compute();
        cache?.Save();
        return [.. all.Where(golden => selected.Contains(golden.Call))];

        IReadOnlyList<GoldenCall> Compute() => NetworkGolden.Compute(source.Network, image, engines, options, cancellation);
    }

    private static bool IsCovered(DeviceProgram program, GoldenCall golden) =>
        program.Entries.ContainsKey(golden.Call.Kind) && (golden.Call is not Conv2dCall convolution || ConvolutionKernel.IsPublished(convolution.Shape));

    private static void Run(
        DeviceProgram program, GoldenCall[] goldens, VerifyOptions options, DeviceBuilder builder, DeviceOutcome outcome, IProgressReporter progress, CancellationToken cancellation)
    {
        using IProgressActivity activity = progress.Begin($"cases of {program.Name}", goldens.Length * options.Banks.Count);
        using var hosts = new DeviceHosts();
        var trials = new MendTrials(hosts, options, cancellation);
        foreach (BankSetting bank in options.Banks)
        {
            cancellation.ThrowIfCancellationRequested();
            DeviceBuild build;
            try
            {
                build = builder.Build(program, DeviceTable.Of([.. goldens.Select(static golden => golden.Call)], bank, options), CaseMatrix.ConfigurationFor(bank));
            }
            catch (DeviceBuildException exception) when (!exception.IsMissingCompiler)
            {
                outcome.Findings.Add(new DeviceFinding { Rule = "fault", Message = exception.Message, FirstCase = $"banks {bank}" });
                Array.ForEach(goldens, _ => activity.Advance());
                continue;
            }
            catch (DeviceBuildException exception)
            {
                throw new UserInputException(exception.Message, exception);
            }

            DeviceCaseResult[] results = RunCases(build, goldens, bank, options, hosts, activity, cancellation);
            foreach (DeviceCaseResult result in results)
            {
                outcome.Add(result);
                outcome.Causes.AddRange(trials.Try(build, result, outcome.Findings));
            }

            outcome.ShowDearest(results);
        }
    }

    /// <summary>The cases of a bank setting, in the order of the calls.</summary>
    private static DeviceCaseResult[] RunCases(
        DeviceBuild build, GoldenCall[] goldens, BankSetting bank, VerifyOptions options, DeviceHosts hosts, IProgressActivity activity, CancellationToken cancellation)
    {
        var results = new DeviceCaseResult[goldens.Length];
        Workers.ForEach(
            goldens.Length,
            index => goldens[index].Call.MultiplyAccumulates + goldens[index].Call.Output.LengthBytes,
            index =>
            {
                results[index] = hosts.Use(host => DeviceCaseRun.Run(build, goldens[index], bank, options, host));
                activity.Advance();
            },
            cancellation,
            options.ThreadCount);
        return results;
    }
}
