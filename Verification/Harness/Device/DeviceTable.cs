using TileProof.HwModel.Planning;
using TileProof.Operators.Calls;
using TileProof.Verification.Conformance;
using TileProof.Verification.Export;
using TileProof.Verification.Options;

namespace TileProof.Verification.Device;

/// <summary>The layer table of a bank setting, as <c>export-header</c> writes it: layers that the published tables cannot express stand in none.</summary>
internal static class DeviceTable
{
    /// <summary>The text of the table of some calls.</summary>
    public static string Of(IReadOnlyList<OperatorCall> calls, BankSetting bank, VerifyOptions options) => LayerConfigHeader.Write(
        bank.TableBanks,
        [
            .. calls.OfType<Conv2dCall>().Select(static call => call.Shape).Where(ConvolutionKernel.IsPublished).Distinct()
                .Select(shape => CaseMatrix.PlanFor(shape, bank, options.PlansFor(bank))),
        ],
        [.. ModelGeometry.PublishedPoolingsOf(calls).Select(bank.PublishedPoolingOf)]);
}
