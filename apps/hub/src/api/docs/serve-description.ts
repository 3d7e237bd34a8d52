import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { components } from '@isthmus/api-contract';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** Serves the description of the API: OpenAPI 3.1 at `/openapi.json`, and as a page at `/docs`. Both behind the API key. */
export function serveDescription(app: NestFastifyApplication, version: string): void {
  SwaggerModule.setup('docs', app, () => describeApi(app, version), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Isthmus API',
  });
}

function describeApi(app: NestFastifyApplication, version: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Isthmus')
    .setDescription('One true record of each customer, product, order and stock level, and every copy in step with it.')
    .setVersion(version)
    .addBearerAuth(undefined, 'bearer')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, 'apiKey')
    .build();
  const document = SwaggerModule.createDocument(app, config);
  const schemas = { ...document.components?.schemas, ...(structuredClone(components) as object) };
  return { ...document, components: { ...document.components, schemas: schemas as Schemas } };
}
