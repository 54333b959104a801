using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Verification.Options;

namespace TileProof.Verification.Cycles;

/// <summary><c>tileproof whatif</c>: the cycles of networks under named changes, alone and combined.</summary>
public static class WhatIfRun
{
    private const int ListedLayers = 20;

    private static readonly JsonSerializerOptions Form = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Runs the command.</summary>
    /// <param name="options">What to recompute.</param>
    /// <param name="output">Receives a table a network and bank setting.</param>
    /// <param name="cancellation">Stops between tables.</param>
    /// <returns>An exit code of <see cref="ExitCode"/>.</returns>
    /// <exception cref="UserInputException">A setting has no banks.</exception>
    public static int Execute(WhatIfOptions options, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        if (options.Banks.Any(static bank => bank.CacheOnly))
        {
            throw new UserInputException("what-if changes tiled programs; '--banks cache' has none");
        }

        var tables = new JsonArray();
        foreach (string name in options.Networks)
        {
            Network network = NetworkSource.Load(name, new VerifyOptions { AllowFallback = options.AllowFallback }).Network;
            foreach (BankSetting bank in options.Banks)
            {
                cancellation.ThrowIfCancellationRequested();
                if (options.Changes.Count > 0)
                {
                    WriteLayers(output, tables, network, bank, options);
                }
                else
                {
                    WriteTable(output, tables, network, bank, options);
                }
            }
        }

        if (options.PrintsJson)
        {
            output.WriteLine(tables.ToJsonString(Form));
        }

        return ExitCode.Proven;
    }

    private static void WriteLayers(TextWriter output, JsonArray tables, Network network, BankSetting bank, WhatIfOptions options)
    {
        var system = ChangedSystem.Of(bank, options.Changes);
        IReadOnlyList<LayerSaving> layers = system.LayersOf(network, options.Mode);
        double baseline = layers.Sum(static layer => layer.BaselineCycles);
        double saved = layers.Sum(static layer => layer.SavedCycles);
        if (options.PrintsJson)
        {
            JsonObject table = HeadOf(network, bank, options, baseline);
            table["changes"] = new JsonArray([.. options.Changes.Select(static change => (JsonNode)change)]);
            table["changed_cycles"] = Rounded(baseline - saved);
            table["layers"] = new JsonArray(
            [
                .. layers.Select(static layer => (JsonNode)new JsonObject
                {
                    ["index"] = layer.CallIndex, ["call"] = layer.Call, ["key"] = layer.ConfigKey, ["cycles"] = Rounded(layer.BaselineCycles), ["changed_cycles"] = Rounded(layer.ChangedCycles),
                }),
            ]);
            tables.Add(table);
            return;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{network.Name}, banks {bank}, {ChoiceList.NameOf(options.Mode)}, {string.Join(", ", options.Changes)}: {baseline:N0} -> {baseline - saved:N0} cycles, saved {saved:N0} ({100 * saved / baseline:F2} %){system.After.Machine.CycleRemarkIn(options.Mode)}"));
        LayerSaving[] moved = [.. layers.Where(static layer => Rounded(layer.BaselineCycles) != Rounded(layer.ChangedCycles)).OrderByDescending(static layer => Math.Abs(layer.SavedCycles)).ThenBy(static layer => layer.CallIndex)];
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {"call",-36}{"cycles",14}{"changed",14}{"saved",14}{"of its own",12}"));
        foreach (LayerSaving layer in moved.Take(ListedLayers))
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {$"{layer.CallIndex} {layer.Call}",-36}{layer.BaselineCycles,14:N0}{layer.ChangedCycles,14:N0}{layer.SavedCycles,14:N0}{100 * layer.SavedCycles / layer.BaselineCycles,10:F2} %"));
        }

        string rest = moved.Length <= ListedLayers ? "" : string.Create(CultureInfo.InvariantCulture, $"{moved.Length - ListedLayers} more change (--json has all); ");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {rest}{layers.Count - moved.Length} of {layers.Count} calls stay as they are"));
    }

    private static JsonObject HeadOf(Network network, BankSetting bank, WhatIfOptions options, double baseline) => new()
    {
        ["network"] = network.Name, ["banks"] = bank.Label, ["mode"] = ChoiceList.NameOf(options.Mode), ["basis"] = bank.Machine.CycleBasisIn(options.Mode), ["cycles"] = Rounded(baseline),
    };

    private static long Rounded(double cycles) => CycleCount.FromModelled(cycles).Cycles;

    private static void WriteTable(TextWriter output, JsonArray tables, Network network, BankSetting bank, WhatIfOptions options)
    {
        MachineMode mode = options.Mode;
        var whatIf = new WhatIf(network, bank.Configuration, mode, bank.Coefficients);
        IReadOnlyList<WhatIfResult> alone = whatIf.RankAlone();
        IReadOnlyList<WhatIfResult> combined = whatIf.Accumulate([.. alone.Select(static result => result.Changes[0])]);
        if (options.PrintsJson)
        {
            JsonObject table = HeadOf(network, bank, options, alone[0].BaselineCycles);
            table["changes"] = new JsonArray(
            [
                .. alone.Zip(combined).Select(static pair => (JsonNode)new JsonObject
                {
                    ["name"] = pair.First.Changes[0].Name, ["alone"] = Rounded(pair.First.ChangedCycles), ["with_those_above"] = Rounded(pair.Second.ChangedCycles), ["meaning"] = pair.First.Changes[0].Description,
                }),
            ]);
            tables.Add(table);
            return;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{network.Name}, banks {bank}, {ChoiceList.NameOf(mode)}: {alone[0].BaselineCycles:N0} cycles{bank.Machine.CycleRemarkIn(mode)}"));
        output.WriteLine($"  {"change",-22}{"alone",14}{"saved",9}{"with those above",18}{"saved",9}  meaning");
        foreach ((WhatIfResult one, WhatIfResult together) in alone.Zip(combined))
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {one.Changes[0].Name,-22}{one.ChangedCycles,14:N0}{SavedPercent(one),7:F1} %{together.ChangedCycles,18:N0}{SavedPercent(together),7:F1} %  {one.Changes[0].Description}"));
        }
    }

    private static double SavedPercent(WhatIfResult result) => 100 * result.SavedCycles / result.BaselineCycles;
}
