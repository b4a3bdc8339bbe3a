package apisjson

import (
	"regexp"
	"slices"
	"strings"
)

// Latest is the newest version of APIs.json that is known, of 2026-08-19.
const Latest = "0.23"

var versionNumber = regexp.MustCompile(`^0\.([0-9]+)$`)

// Newer reports whether a version is a later one than Latest.
func Newer(version string) bool {
	m := versionNumber.FindStringSubmatch(version)
	if m == nil {
		return versionNumber.FindStringSubmatch(Latest) != nil && regexp.MustCompile(`^[1-9][0-9]*\.[0-9]+`).MatchString(version)
	}
	latest := strings.TrimPrefix(Latest, "0.")
	return len(m[1]) > len(latest) || len(m[1]) == len(latest) && m[1] > latest
}

var ownType = regexp.MustCompile(`^[Xx]-[A-Za-z0-9._-]*$`)

// KnownType reports whether a type of a property is one that APIs.json 0.23
// lists, in any of its spellings, or one of its user's own (X-…).
func KnownType(name string) bool {
	return ownType.MatchString(name) || slices.Contains(PropertyTypes(), name)
}

// PropertyTypes lists the types of properties of APIs.json 0.23.
func PropertyTypes() []string { return strings.Split(propertyTypes, "|") }

const propertyTypes = "A2A|ALPS|API Documentation|API Key|API Keys|APICatalog|APIDocumentation|APIKey|APIKeys|APIOnboarding|" +
	"APIReference|About|AgentCard|AgentPrompt|AgentSkill|AgentSkills|AgenticAccess|AlertsTwitterHandle|ApiExamples|" +
	"Arazzo|AsyncAPI|Attestation|Authentication|BackstageApi|Blog|BlogFeed|BlogRSS|Blueprint|BrunoCollection|CLI|" +
	"Careers|CaseStudies|Certification|ChangeLog|ChargebackPolicy|CodeExamples|CodeOfConduct|Community|Compare|" +
	"Compliance|Components|Conformance|Connect Go SDK|Connect Node.js SDK|Connect Python SDK|Console|Contact|" +
	"ContactUs|ContentSignal|ContributionGuide|Contributors|Conventions|Crunchbase|DataContract|DataModel|" +
	"DeclineCodes|Deprecation|Deprecation Notice|DeprecationPolicy|Deprecations|Developer Portal|DeveloperPortal|" +
	"Discord|Discourse|DockerImage|Documentation|DomainSecurity|ErrorCatalog|ErrorCodes|Events|Evolution|Examples|" +
	"FAQ|Facebook|Features|FinOps|FinOpsFramework|FocusBillingExport|FocusConformanceReport|" +
	"FocusContractCommitments|Forum|Forums|GHGProtocolReport|GettingStarted|GitHub|GitHub Org|GitHubDiscussions|" +
	"GitHubHttpUrl|GitHubIssues|GitHubOrg|GitHubOrganization|GitHubRepo|GitHubRepository|GitHubSshUrl|Go SDK|" +
	"GovernanceRules|GraphQL|GraphQLSchema|HelmChart|Help Center|HelpCenter|Idempotency|InsomniaCollection|" +
	"Instagram|Integrations|InterfaceLicense|InvestorRelations|InvoiceReconciliation|IssueTracker|JSON Schema|" +
	"JSON-LD Context|JSONForms|JSONLD|JSONLDContext|JSONSchema|JSONStructure|Java SDK|JavaScript SDK|" +
	"Knowledge Base|Knowledge Center|KnowledgeBase|KnowledgeCenter|KubernetesOperator|LLMsText|LLMsTxt|License|" +
	"Licensing|Lifecycle|LinkedIn|LlmsText|LlmsTxt|Login|MCPClient|MCPServer|Mailing List|Mailing Lists|" +
	"MailingList|MailingLists|Maintainers|MockMCPServer|MockRestServer|ModelContextProtocol|Newsletter|Newsroom|" +
	"Node.js SDK|OAuthScopes|OpenAIPluginManifest|OpenAPI|OpenAPI Source|OpenAPISource|OpenCostAllocationAPI|" +
	"OpenCostSpecification|OpenIDConnect|Overlay|PHP SDK|Packages|ParentCompany|Partners|Plans|Playground|Portal|" +
	"Postman|Postman Collection|PostmanCollection|PostmanWorkspace|PressReleases|Pricing|Privacy|PrivacyPolicy|" +
	"Prompt|PromptTemplate|Protobuf|Provenance|PublicAPIsListing|Python SDK|Quickstart|RAML|RateLimits|Reference|" +
	"Register|Registration|ReleaseNotes|Releases|Repository|Review|RoadMap|Roadmap|Ruby SDK|Rules|SBOM|SCIReport|" +
	"SDK|SDKs|Sandbox|Security|Security Policy|SecurityPolicy|SecurityTxt|ServerlessWorkflow|ServiceLevelAgreement|" +
	"Services|Sign Up|SignUp|Signup|Slack|SoftwareCarbonIntensity|Solutions|Source Code|SourceCode|Specification|" +
	"Spectral|Spectral Rules|SpectralRules|SpectralRuleset|StackOverflow|Standard|Standards|StatusPage|Summary|" +
	"Support|Sustainability|Swagger|TaggingPolicy|Terms of Service|Terms of Use|TermsOfService|TermsOfUse|Tools|" +
	"Training|Trust|TrustCenter|Tutorials|Twitter|UnitEconomics|UseCases|Versioning|Vocabulary|" +
	"VulnerabilityDisclosure|WADL|WSDL|Webhooks|Website|WellKnown|Wikipedia|Workflow|X|YouTube"
